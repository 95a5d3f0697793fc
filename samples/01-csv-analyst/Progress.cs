using System.Globalization;
using Tasklight.Worker;

namespace CsvAnalyst;

/// <summary>Tells how far a file is read, at every tenth of it, or every half million rows when its size is not known.</summary>
internal sealed class Progress(TaskContext context, string file, CountedStream content, long? size)
{
    private const long RowsBetween = 500_000;

    private long _told;

    public async ValueTask TellAsync(long rows)
    {
        var step = size > 0 ? content.Count * 10 / size.Value : rows / RowsBetween;
        if (step <= _told)
        {
            return;
        }

        _told = step;
        var howFar = size > 0 ? $"{step * 10} %, " : "";
        await context.ChunkAsync(string.Create(CultureInfo.InvariantCulture, $"{file}: {howFar}{rows:N0} rows\n"));
    }
}
