using System.Text.Json.Serialization;

namespace Tasklight.Protocol;

/// <summary>Makes an API key.</summary>
public sealed class CreateApiKeyRequest : IWireRequest
{
    /// <summary>What people call it; required.</summary>
    public string Name { get; set => field = value ?? ""; } = "";

    /// <summary>What it may do, of <see cref="ApiScopes"/>; at least one.</summary>
    public IReadOnlyList<string> Scopes { get; set => field = value ?? []; } = [];

    /// <summary>The agents it is good for; empty = all.</summary>
    public IReadOnlyList<string> AgentIds { get; set => field = value ?? []; } = [];

    /// <summary>When it stops working; null = never.</summary>
    [JsonConverter(typeof(WireTimeConverter))]
    public DateTimeOffset? ExpiresAt { get; set; }

    /// <inheritdoc/>
    public void Validate(ICollection<FieldError> errors)
    {
        WireRules.Required(errors, Name, "name");
        WireRules.NoNulls(errors, AgentIds, "agent_ids");
        if (Scopes.Count == 0)
        {
            errors.Add(FieldError.InBody(FieldErrorTypes.Missing, $"At least one scope is required, of: {string.Join(", ", ApiScopes.All)}.", "scopes"));
        }

        for (var position = 0; position < Scopes.Count; position++)
        {
            WireRules.OneOf(errors, Scopes[position] ?? "", ApiScopes.All, "scopes", position);
        }
    }
}
