using System.Globalization;
using System.Numerics;
using System.Text.Json;

namespace Tasklight.Agents.Schema;

/// <summary>A JSON number exactly as it is written: mantissa × 10^exponent, the mantissa without trailing zeros.</summary>
internal readonly record struct SchemaNumber(BigInteger Mantissa, long Exponent, string Text)
{
    // BigInteger reads decimal digits in quadratic time.
    private const int LongestText = 4096;

    public bool IsInteger => Exponent >= 0;

    /// <summary>Null for a number of more digits than anybody means.</summary>
    public static SchemaNumber? Read(JsonElement number)
    {
        var text = number.GetRawText();
        if (text.Length > LongestText)
            return null;

        var e = text.AsSpan().IndexOfAny('e', 'E');
        var digits = e < 0 ? text : text[..e];
        var exponent = 0L;
        if (e >= 0 && !long.TryParse(text.AsSpan(e + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out exponent))
            return null;

        var point = digits.IndexOf('.');
        if (point >= 0)
        {
            exponent -= digits.Length - point - 1;
            digits = digits.Remove(point, 1);
        }

        var trimmed = digits.TrimEnd('0');
        if (trimmed is "" or "-")
            return new(BigInteger.Zero, 0, text);

        return new(BigInteger.Parse(trimmed, CultureInfo.InvariantCulture), exponent + digits.Length - trimmed.Length, text);
    }

    public int Compare(SchemaNumber other)
    {
        if (Mantissa.Sign != other.Mantissa.Sign || Mantissa.IsZero)
            return Mantissa.Sign.CompareTo(other.Mantissa.Sign);

        var size = Magnitude.CompareTo(other.Magnitude);
        if (size != 0)
            return Mantissa.Sign * size;

        // Of the same magnitude: the exponents differ by no more than the digits.
        var lowest = Math.Min(Exponent, other.Exponent);
        return Scaled(lowest).CompareTo(other.Scaled(lowest));
    }

    public bool IsMultipleOf(SchemaNumber divisor)
    {
        if (divisor.Mantissa.IsZero)
            return false;

        if (Mantissa.IsZero)
            return true;

        var shift = Exponent - divisor.Exponent;
        var by = BigInteger.Abs(divisor.Mantissa);
        if (shift >= 0)
            return (BigInteger.ModPow(10, shift, by) * (Mantissa % by) % by).IsZero;

        return -shift <= Digits(Mantissa) && (Mantissa % (by * BigInteger.Pow(10, (int)-shift))).IsZero;
    }

    public bool Equals(SchemaNumber other) => Mantissa == other.Mantissa && Exponent == other.Exponent;

    public override int GetHashCode() => HashCode.Combine(Mantissa, Exponent);

    public override string ToString() => Text;

    private long Magnitude => Digits(Mantissa) + Exponent;

    private BigInteger Scaled(long exponent) => Mantissa * BigInteger.Pow(10, (int)(Exponent - exponent));

    private static int Digits(BigInteger number) => BigInteger.Abs(number).ToString(CultureInfo.InvariantCulture).Length;
}
