using System.Collections.Concurrent;

namespace Tasklight.Server.Storage.Sqlite;

/// <summary>
/// The tasks written last, bounded by bytes. Only the writer's thread puts and removes, and only what is committed; everybody reads.
/// What was read since it was last looked at gets a second chance before it goes.
/// </summary>
sealed class HotTasks(long capacity)
{
    readonly ConcurrentDictionary<TaskKey, Entry> _entries = new();
    readonly Queue<Entry> _order = new();
    long _bytes;

    public HotTask? Find(in TaskKey key)
    {
        if (!_entries.TryGetValue(key, out var entry))
            return null;
        // Written only when it changes: readers on other cores share the line.
        if (!entry.WasRead)
            entry.WasRead = true;
        return entry.Task;
    }

    public void Put(in TaskKey key, HotTask task)
    {
        if (_entries.TryGetValue(key, out var entry))
        {
            _bytes += task.Bytes - entry.Task.Bytes;
            entry.Task = task;
            entry.WasRead = true;
        }
        else
        {
            entry = new Entry(key, task);
            _entries[key] = entry;
            _order.Enqueue(entry);
            _bytes += task.Bytes;
        }

        while (_bytes > capacity && _order.Count > 0)
            EvictOne();
    }

    public void Remove(in TaskKey key)
    {
        if (!_entries.TryRemove(key, out var entry))
            return;
        _bytes -= entry.Task.Bytes;
        entry.IsGone = true;
    }

    void EvictOne()
    {
        var entry = _order.Dequeue();
        if (entry.IsGone)
            return;
        if (entry.WasRead)
        {
            entry.WasRead = false;
            _order.Enqueue(entry);
            return;
        }

        Remove(entry.Key);
    }

    sealed class Entry(TaskKey key, HotTask task)
    {
        volatile HotTask _task = task;

        public TaskKey Key { get; } = key;

        public HotTask Task
        {
            get => _task;
            set => _task = value;
        }

        public bool WasRead { get; set; }

        public bool IsGone { get; set; }
    }
}
