using System.Globalization;
using Tasklight.Server.Access;

namespace Tasklight.Server.Hosting;

/// <summary>Reads the text of a setting. Each failure is a <see cref="FormatException"/> that says what the value must be.</summary>
static class SettingValue
{
    static readonly (string Unit, double Seconds)[] TimeUnits = [("ms", 0.001), ("s", 1), ("m", 60), ("h", 3600), ("d", 86_400), ("", 1)];
    static readonly (string Unit, long Bytes)[] SizeUnits =
        [("KiB", 1L << 10), ("MiB", 1L << 20), ("GiB", 1L << 30), ("kB", 1000), ("MB", 1_000_000), ("GB", 1_000_000_000), ("B", 1), ("", 1)];

    public static string Text(string value) => value.Length > 0 ? value : throw new FormatException("a text that is not empty");

    public static string Token(string value) =>
        value.Length is >= 1 and <= 512 && value.All(static c => c is > ' ' and <= '~') ? value : throw new FormatException("1 to 512 visible ASCII characters");

    public static string Id(string value) =>
        value.Length is >= 1 and <= 200 && !OrganizationPrefix.IsReserved(value) && value.All(static c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.')
            ? value : throw new FormatException("1 to 200 letters, digits, '-', '_' or '.', and not the beginning of a route");

    public static string Key(string value)
    {
        var bytes = new byte[value.Length];
        return Convert.TryFromBase64String(value, bytes, out var length) && length == 32 ? value : throw new FormatException("32 bytes in base64 (openssl rand -base64 32)");
    }

    public static string Url(string value) =>
        Uri.TryCreate(value, UriKind.Absolute, out var url) && (url.Scheme == Uri.UriSchemeHttp || url.Scheme == Uri.UriSchemeHttps)
            ? value.TrimEnd('/') : throw new FormatException("an http or https address such as https://tasks.example.com");

    public static string Urls(string value)
    {
        foreach (var part in value.Split(';'))
        {
            if (!part.StartsWith("http://", StringComparison.OrdinalIgnoreCase) || !Uri.TryCreate(part.Replace("*", "any").Replace("+", "any"), UriKind.Absolute, out _))
                throw new FormatException("http addresses such as http://0.0.0.0:8600, separated by ';' (TLS belongs to a proxy in front)");
        }

        return value;
    }

    public static bool Bool(string value) => value.ToLowerInvariant() switch
    {
        "true" or "1" or "on" or "yes" => true,
        "false" or "0" or "off" or "no" => false,
        _ => throw new FormatException("true or false"),
    };

    public static int Number(string value, int least, int most) =>
        int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most
            ? number : throw new FormatException($"a whole number from {least} to {most}");

    public static long Size(string value)
    {
        foreach (var (unit, bytes) in SizeUnits)
        {
            if (Amount(value, unit) is { } amount && amount * bytes is >= 1024 and <= 1L << 40)
                return (long)(amount * bytes);
        }

        throw new FormatException("a size from 1KiB to 1024GiB, such as 8MiB");
    }

    public static TimeSpan Time(string value, TimeSpan least, TimeSpan most)
    {
        foreach (var (unit, seconds) in TimeUnits)
        {
            if (Amount(value, unit) is { } amount && amount * seconds >= least.TotalSeconds && amount * seconds <= most.TotalSeconds)
                return TimeSpan.FromSeconds(amount * seconds);
        }

        throw new FormatException($"a time from {Short(least)} to {Short(most)}, such as 500ms, 10s, 5m, 2h or 7d");
    }

    public static TWord Word<TWord>(string value)
        where TWord : struct, Enum =>
        !int.TryParse(value, out _) && Enum.TryParse<TWord>(value, ignoreCase: true, out var word)
            ? word : throw new FormatException("one of " + string.Join(", ", Enum.GetNames<TWord>()).ToLowerInvariant());

    static double? Amount(string value, string unit) =>
        value.EndsWith(unit, StringComparison.OrdinalIgnoreCase)
        && double.TryParse(value.AsSpan(0, value.Length - unit.Length), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var amount) ? amount : null;

    static string Short(TimeSpan time) => time switch
    {
        { TotalDays: >= 1 } => $"{time.TotalDays}d",
        { TotalHours: >= 1 } => $"{time.TotalHours}h",
        { TotalMinutes: >= 1 } => $"{time.TotalMinutes}m",
        _ => $"{time.TotalSeconds}s",
    };
}
