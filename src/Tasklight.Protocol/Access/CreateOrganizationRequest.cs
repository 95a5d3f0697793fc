namespace Tasklight.Protocol;

/// <summary>Makes an organization.</summary>
public sealed class CreateOrganizationRequest : IWireRequest
{
    /// <summary>The id wanted; null or empty = the server makes one.</summary>
    public string? Id { get; set => field = string.IsNullOrEmpty(value) ? null : value; }

    /// <summary>What people call it; required.</summary>
    public string Name { get; set => field = value ?? ""; } = "";

    /// <inheritdoc/>
    public void Validate(ICollection<FieldError> errors)
    {
        WireRules.Id(errors, Id, "id");
        WireRules.Required(errors, Name, "name");
    }
}
