namespace Tasklight.Protocol;

/// <summary>Makes an agent (contract: rest-v1 §4): only the name is required, everything else has its default.</summary>
public sealed class CreateAgentRequest : UpdateAgentRequest
{
    /// <inheritdoc/>
    public override void Validate(ICollection<FieldError> errors)
    {
        base.Validate(errors);
        if (!Name.IsSet)
        {
            WireRules.Required(errors, null, "name");
        }
    }
}
