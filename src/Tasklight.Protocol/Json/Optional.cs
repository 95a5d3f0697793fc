using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;

namespace Tasklight.Protocol;

/// <summary>A value that may be absent, where absent and null mean different things: in an update an absent key leaves a field alone.</summary>
/// <param name="Value">The value; the type's default when <see cref="IsSet"/> is false.</param>
/// <typeparam name="T">The type of the value.</typeparam>
[JsonConverter(typeof(OptionalConverterFactory))]
public readonly record struct Optional<T>(T Value)
{
    /// <summary>True when a value was given, null included.</summary>
    public bool IsSet { get; } = true;

    /// <summary>The value when one was given, otherwise <paramref name="fallback"/>.</summary>
    public T Or(T fallback) => IsSet ? Value : fallback;

    /// <summary>A given value.</summary>
    [SuppressMessage("Usage", "CA2225", Justification = "The constructor is the named alternative.")]
    public static implicit operator Optional<T>(T value) => new(value);
}
