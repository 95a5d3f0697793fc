using System.Runtime.InteropServices;

namespace Tasklight.Server.Storage.Sqlite;

/// <summary>
/// The only writer, on a thread of its own. It takes all requests that gathered while its last commit ran and commits them together, so one
/// flush of the disk serves many callers; it never waits for more to come. Requests are carried out in the order in which they were put.
/// </summary>
sealed class SqliteWriter : IDisposable
{
    readonly WriteQueue _queue;
    readonly List<WriteRequest> _batch;
    readonly ILogger _logger;
    readonly Thread _thread;
    bool _wasUnavailable;

    public SqliteWriter(SqliteConnection connection, TaskBatch tasks, SqliteOptions options, TimeProvider time, ILogger logger)
    {
        Connection = connection;
        Tasks = tasks;
        Claims = new Claims(connection);
        Offers = new OffersInCommit(tasks, Claims, time);
        _logger = logger;
        _queue = new WriteQueue(options.MaxBatch, options.MaxBatchBytes);
        _batch = new List<WriteRequest>(options.MaxBatch);
        _thread = new Thread(Work) { IsBackground = true, Name = "tasklight-writer" };
        _thread.Start();
    }

    /// <summary>Hears of every commit before its callers do.</summary>
    public ITaskChangeListener? Listener { get; set; }

    /// <summary>For requests, on the writer's thread.</summary>
    public SqliteConnection Connection { get; }

    /// <inheritdoc cref="Connection"/>
    public TaskBatch Tasks { get; }

    /// <inheritdoc cref="Connection"/>
    public Claims Claims { get; }

    /// <summary>What the writer does of itself in every transaction.</summary>
    public OffersInCommit Offers { get; }

    /// <summary>Carries the request out and answers after its commit.</summary>
    /// <exception cref="StoreUnavailableException">Nothing of it was written.</exception>
    public ValueTask<T> PutAsync<T>(AnsweredRequest<T> request)
    {
        if (!_queue.Put(request))
            request.Fail(new StoreUnavailableException("The store is shutting down."));
        return new ValueTask<T>(request.Answer);
    }

    /// <inheritdoc cref="PutAsync{T}(AnsweredRequest{T})"/>
    public ValueTask<T> PutAsync<T>(Func<SqliteWriter, T> action) => PutAsync(new ActionRequest<T>(action));

    /// <summary>Finishes what was put before, then stops.</summary>
    public void Dispose()
    {
        _queue.Close();
        _thread.Join();
    }

    void Work()
    {
        while (_queue.Take(_batch))
        {
            var requests = CollectionsMarshal.AsSpan(_batch);
            if (!TryCommit(requests))
            {
                // One of them is bad: alone, it harms nobody else.
                for (var i = 0; i < requests.Length; i++)
                    TryCommit(requests.Slice(i, 1));
            }

            _batch.Clear();
        }
    }

    /// <summary>Commits all of them and answers; false when more than one was given and none was committed, for a reason that may lie in one of them.</summary>
    bool TryCommit(ReadOnlySpan<WriteRequest> requests)
    {
        try
        {
            Connection[Sql.Begin].Run();
            foreach (var request in requests)
                request.Execute(this);
            Offers.Offer();
            Tasks.Flush();
            Connection[Sql.Commit].Run();
        }
        catch (Exception error)
        {
            RollBack();
            return Answer(requests, error);
        }

        var changes = Tasks.Changes;
        Tasks.Publish();
        Announce(changes);
        Offers.GiveBack(isCommitted: true);
        foreach (var request in requests)
            request.Succeed();
        _wasUnavailable = false;
        return true;
    }

    void RollBack()
    {
        Tasks.Discard();
        Offers.GiveBack(isCommitted: false);
        Claims.Forget();
        try
        {
            if (Connection.IsInTransaction)
                Connection[Sql.Rollback].Run();
        }
        catch (SqliteErrorException error)
        {
            StoreLog.RollbackFailed(_logger, error);
        }
    }

    bool Answer(ReadOnlySpan<WriteRequest> requests, Exception error)
    {
        if (error is SqliteErrorException { MeansUnavailable: true })
        {
            if (!_wasUnavailable)
                StoreLog.Unavailable(_logger, error);
            _wasUnavailable = true;
            error = new StoreUnavailableException("The store cannot write now, nothing was changed: " + error.Message, error);
        }
        else if (requests.Length > 1)
        {
            return false;
        }

        foreach (var request in requests)
            request.Fail(error);
        return true;
    }

    void Announce(List<TaskChange> changes)
    {
        if (changes.Count == 0 || Listener is not { } listener)
            return;
        try
        {
            listener.Committed(changes);
        }
        catch (Exception error)
        {
            StoreLog.ListenerFailed(_logger, error);
        }
    }

    static class Sql
    {
        public const string Begin = "BEGIN IMMEDIATE";
        public const string Commit = "COMMIT";
        public const string Rollback = "ROLLBACK";
    }
}
