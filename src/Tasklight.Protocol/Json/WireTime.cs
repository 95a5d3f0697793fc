using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace Tasklight.Protocol;

/// <summary>
/// Times as text: written as <c>2026-05-13T10:12:04.123456Z</c>, always UTC, always six fractional digits (finer parts are cut);
/// read from any ISO 8601 form, without a zone meaning UTC, and from unix numbers (contract: README §3).
/// </summary>
public static class WireTime
{
    /// <summary>The length of every written time, in bytes or characters.</summary>
    public const int Length = 27;

    // Beyond this a unix number counts milliseconds: as seconds it would lie after the year 5100.
    private const double FirstMilliseconds = 1e11;

    /// <summary>Writes a time.</summary>
    /// <param name="time">The time, in any zone.</param>
    /// <param name="utf8">Receives exactly <see cref="Length"/> bytes.</param>
    /// <exception cref="ArgumentException"><paramref name="utf8"/> is shorter than <see cref="Length"/>.</exception>
    public static void Format(DateTimeOffset time, Span<byte> utf8)
    {
        if (utf8.Length < Length)
        {
            throw new ArgumentException($"A time needs {Length} bytes, there are {utf8.Length}.", nameof(utf8));
        }

        // The round-trip form is ten times as fast as a pattern of one's own; it has one digit more.
        Span<byte> text = stackalloc byte[Length + 1];
        time.UtcDateTime.TryFormat(text, out _, "O", CultureInfo.InvariantCulture);
        text[..(Length - 1)].CopyTo(utf8);
        utf8[Length - 1] = (byte)'Z';
    }

    /// <summary>The written form as a string.</summary>
    public static string Format(DateTimeOffset time)
    {
        Span<byte> utf8 = stackalloc byte[Length];
        Format(time, utf8);
        return Encoding.ASCII.GetString(utf8);
    }

    /// <summary>Cuts a time to what the wire can carry: whole microseconds, UTC.</summary>
    public static DateTimeOffset Truncate(DateTimeOffset time) =>
        new(time.UtcTicks - (time.UtcTicks % TimeSpan.TicksPerMicrosecond), TimeSpan.Zero);

    /// <summary>Reads a time given as text, for example in a query; unix numbers may be text too.</summary>
    public static bool TryParse(string? text, out DateTimeOffset time)
    {
        time = default;
        return text is { Length: <= 64 } && TryParse(Encoding.UTF8.GetBytes(text), out time);
    }

    /// <inheritdoc cref="TryParse(string?, out DateTimeOffset)"/>
    public static bool TryParse(ReadOnlySpan<byte> utf8, out DateTimeOffset time)
    {
        time = default;
        if (!TryDate(ref utf8, out var date))
        {
            return Utf8Parser.TryParse(utf8, out double number, out var used) && used == utf8.Length && TryFromUnix(number, out time);
        }

        if (!TryTimeOfDay(ref utf8, out var ofDay) || !TryOffset(utf8, out var offset))
        {
            return false;
        }

        var ticks = date.Ticks + ofDay.Ticks - offset.Ticks;
        if (ticks < 0 || ticks > DateTimeOffset.MaxValue.Ticks)
        {
            return false;
        }

        time = new DateTimeOffset(ticks, TimeSpan.Zero);
        return true;
    }

    /// <summary>Reads unix seconds, fractions allowed, or milliseconds when the number is beyond 1e11.</summary>
    public static bool TryFromUnix(double number, out DateTimeOffset time)
    {
        time = default;
        var seconds = Math.Abs(number) > FirstMilliseconds ? number / 1000 : number;
        var microseconds = Math.Round(seconds * 1_000_000);
        if (!(microseconds >= -62_135_596_800e6 && microseconds < 253_402_300_800e6))
        {
            return false;
        }

        time = DateTimeOffset.UnixEpoch.AddTicks((long)microseconds * TimeSpan.TicksPerMicrosecond);
        return true;
    }

    private static bool TryDate(ref ReadOnlySpan<byte> text, out DateTime date)
    {
        date = default;
        if (text.Length < 10 || text[4] != '-' || text[7] != '-'
            || !TryDigits(text[..4], out var year) || !TryDigits(text[5..7], out var month) || !TryDigits(text[8..10], out var day)
            || year < 1 || month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(year, month))
        {
            return false;
        }

        date = new DateTime(year, month, day, 0, 0, 0, DateTimeKind.Utc);
        text = text[10..];
        return true;
    }

    // Nothing at all (a date alone), or a separator and hh:mm with optional seconds and fraction.
    private static bool TryTimeOfDay(ref ReadOnlySpan<byte> text, out TimeSpan ofDay)
    {
        ofDay = default;
        if (text.IsEmpty)
        {
            return true;
        }

        if (text.Length < 6 || text[0] is not ((byte)'T' or (byte)'t' or (byte)' ' or (byte)'_') || text[3] != ':'
            || !TryDigits(text[1..3], out var hour) || !TryDigits(text[4..6], out var minute) || hour > 23 || minute > 59)
        {
            return false;
        }

        text = text[6..];
        var second = 0;
        if (text is [(byte)':', ..])
        {
            if (text.Length < 3 || !TryDigits(text[1..3], out second) || second > 59)
            {
                return false;
            }

            text = text[3..];
        }

        ofDay = new TimeSpan(hour, minute, second);
        return TryFraction(ref text, ref ofDay);
    }

    // Digits beyond the clock's 100 ns are read and dropped.
    private static bool TryFraction(ref ReadOnlySpan<byte> text, ref TimeSpan ofDay)
    {
        if (text is not [(byte)'.' or (byte)',', ..])
        {
            return true;
        }

        var digits = 1;
        long ticks = 0;
        var unit = TimeSpan.TicksPerSecond;
        for (; digits < text.Length && char.IsAsciiDigit((char)text[digits]); digits++)
        {
            unit /= 10;
            ticks += (text[digits] - '0') * unit;
        }

        ofDay += TimeSpan.FromTicks(ticks);
        text = text[digits..];
        return digits > 1;
    }

    private static bool TryOffset(ReadOnlySpan<byte> text, out TimeSpan offset)
    {
        offset = default;
        if (text.IsEmpty || text is [(byte)'Z' or (byte)'z'])
        {
            return true;
        }

        var minuteAt = text.Length > 3 && text[3] == ':' ? 4 : 3;
        var minutes = 0;
        if (text[0] is not ((byte)'+' or (byte)'-') || text.Length < 3 || !TryDigits(text[1..3], out var hours)
            || (text.Length != 3 && (text.Length != minuteAt + 2 || !TryDigits(text[minuteAt..], out minutes)))
            || hours > 23 || minutes > 59)
        {
            return false;
        }

        offset = new TimeSpan(hours, minutes, 0) * (text[0] == '-' ? -1 : 1);
        return true;
    }

    private static bool TryDigits(ReadOnlySpan<byte> text, out int value)
    {
        value = 0;
        foreach (var digit in text)
        {
            if (!char.IsAsciiDigit((char)digit))
            {
                return false;
            }

            value = (value * 10) + (digit - '0');
        }

        return true;
    }
}
