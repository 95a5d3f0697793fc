namespace Tasklight.Protocol;

/// <summary>A body that cannot be taken: no JSON (400), or JSON that the contract refuses (422). The message names every field.</summary>
public sealed class ProtocolException : Exception
{
    /// <summary>Creates the exception from what is wrong; the message lists all of it.</summary>
    public ProtocolException(IReadOnlyList<FieldError> errors, bool isMalformed)
        : base(string.Join(" ", errors))
    {
        Errors = errors;
        IsMalformed = isMalformed;
    }

    /// <summary>What is wrong; at least one.</summary>
    public IReadOnlyList<FieldError> Errors { get; }

    /// <summary>True when the body is no JSON at all (400), false when the JSON is refused (422).</summary>
    public bool IsMalformed { get; }
}
