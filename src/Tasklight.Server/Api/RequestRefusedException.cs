using Tasklight.Protocol;

namespace Tasklight.Server.Api;

/// <summary>
/// The request itself cannot be served, whatever the state of the server: its body, query or headers are at fault. Thrown while a
/// request is being read, so that handlers read on in a straight line; <see cref="ErrorBoundary"/> answers it.
/// </summary>
sealed class RequestRefusedException : Exception
{
    public RequestRefusedException(int status, string code, string detail)
        : base(detail)
    {
        Status = status;
        Code = code;
    }

    public RequestRefusedException(int status, params IReadOnlyList<FieldError> fields)
        : base(string.Join(' ', fields.Select(field => field.Msg)))
    {
        Status = status;
        Code = ErrorCodes.ValidationFailed;
        Fields = fields;
    }

    public int Status { get; }
    public string Code { get; }

    /// <summary>One entry a field that is wrong; empty when the request as a whole is.</summary>
    public IReadOnlyList<FieldError> Fields { get; } = [];
}
