using System.Globalization;

namespace CsvAnalyst.Profiling;

/// <summary>One way of writing dates, and the range of what was written so.</summary>
internal sealed class DateShape(string format, bool hasTime)
{
    // Month first wins where a column fits both readings; the profile names the format it was read by.
    private static readonly string[] Dates = ["yyyy-M-d", "yyyy/M/d", "M/d/yyyy", "d/M/yyyy", "d.M.yyyy", "MMM d yyyy", "MMM d, yyyy", "d MMM yyyy"];
    private static readonly string[] Times = ["H:mmK", "H:mm:ss.FFFFFFFK"];

    private DateTimeOffset _earliest = DateTimeOffset.MaxValue;
    private DateTimeOffset _latest = DateTimeOffset.MinValue;

    public string Format => format;

    public bool HasTime => hasTime;

    public string Earliest => Write(_earliest);

    public string Latest => Write(_latest);

    /// <summary>Every known shape, fresh.</summary>
    public static List<DateShape> All() =>
    [
        .. Dates.Select(date => new DateShape(date, hasTime: false)),
        .. from date in Dates
           from separator in (string[])["'T'", " "]
           from time in Times
           select new DateShape(date + separator + time, hasTime: true),
    ];

    /// <summary>Takes the value into the range; false when it is not written in this shape.</summary>
    public bool TryAdd(ReadOnlySpan<char> value)
    {
        if (!DateTimeOffset.TryParseExact(value, format, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time))
        {
            return false;
        }

        _earliest = time < _earliest ? time : _earliest;
        _latest = time > _latest ? time : _latest;
        return true;
    }

    private string Write(DateTimeOffset time) =>
        hasTime ? time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", CultureInfo.InvariantCulture) : time.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
