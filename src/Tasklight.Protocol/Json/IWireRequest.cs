namespace Tasklight.Protocol;

/// <summary>A request body that knows rules beyond the types of its fields.</summary>
public interface IWireRequest
{
    /// <summary>Adds one error for each rule that is broken; none when the request may be used.</summary>
    void Validate(ICollection<FieldError> errors);
}
