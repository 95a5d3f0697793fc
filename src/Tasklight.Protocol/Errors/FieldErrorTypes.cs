namespace Tasklight.Protocol;

/// <summary>The stable words of <see cref="FieldError.Type"/>.</summary>
public static class FieldErrorTypes
{
    /// <summary>A required field is not there.</summary>
    public const string Missing = "missing";

    /// <summary>The value has the wrong JSON type.</summary>
    public const string WrongType = "type_error";

    /// <summary>The value has the right type but is not allowed.</summary>
    public const string NotAllowed = "value_error";

    /// <summary>A string holds a NUL or half a surrogate pair.</summary>
    public const string InvalidText = "text_invalid";

    /// <summary>The body is not JSON.</summary>
    public const string InvalidJson = "json_invalid";
}
