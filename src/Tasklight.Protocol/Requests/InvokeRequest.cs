namespace Tasklight.Protocol;

/// <summary>The body of the REST invoke calls (contract: rest-v1 §2): as at create, but text or files must be there.</summary>
public sealed class InvokeRequest : CreateTaskRequest
{
    /// <inheritdoc/>
    public override void Validate(ICollection<FieldError> errors)
    {
        base.Validate(errors);
        if (errors.Count == 0 && string.IsNullOrEmpty(Input.Text) && Input.Files.Count == 0)
        {
            errors.Add(FieldError.InBody(FieldErrorTypes.Missing, "Text or files are required.", "input", "text"));
        }
    }
}
