namespace Tasklight.Protocol;

/// <summary>A new organization, with the first key that opens it.</summary>
public sealed record CreatedOrganization : Organization
{
    /// <summary>An admin key of the organization, the one time it is shown.</summary>
    public CreatedApiKey ApiKey { get; init => field = value ?? new(); } = new();
}
