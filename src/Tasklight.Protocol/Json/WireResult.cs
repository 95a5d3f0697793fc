using System.Diagnostics.CodeAnalysis;

namespace Tasklight.Protocol;

/// <summary>A body that was read, or what is wrong with it.</summary>
/// <typeparam name="T">The type that was asked for.</typeparam>
public readonly struct WireResult<T>
{
    internal WireResult(T value)
    {
        Value = value;
        Errors = [];
    }

    internal WireResult(IReadOnlyList<FieldError> errors, bool isMalformed)
    {
        Errors = errors;
        IsMalformed = isMalformed;
    }

    /// <summary>The value; only when <see cref="IsValid"/>.</summary>
    public T? Value { get; }

    /// <summary>What is wrong; empty when valid.</summary>
    public IReadOnlyList<FieldError> Errors { get; }

    /// <summary>The body is no JSON (400). False with errors: the JSON does not fit (422).</summary>
    public bool IsMalformed { get; }

    /// <summary>True when <see cref="Value"/> may be used.</summary>
    [MemberNotNullWhen(true, nameof(Value))]
    public bool IsValid => Errors is { Count: 0 };

    /// <summary>The value, for callers that treat a bad body as an exception.</summary>
    /// <exception cref="ProtocolException">The body was not valid.</exception>
    public T GetOrThrow() => IsValid ? Value : throw new ProtocolException(Errors, IsMalformed);
}
