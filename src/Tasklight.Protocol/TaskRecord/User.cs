using System.Text.Json;

namespace Tasklight.Protocol;

/// <summary>The end user a task is done for (contract: task-object §4).</summary>
public sealed record User
{
    private readonly string? _email;

    /// <summary>The application's own id of the user. Per-user limits and lists go by it.</summary>
    public string? Id { get; init; }

    /// <summary>Required on the wire: a user without it breaks the baseline client.</summary>
    public string Email
    {
        get => _email ?? "";
        init => _email = value;
    }

    /// <summary>Given name.</summary>
    public string? FirstName { get; init; }

    /// <summary>Family name.</summary>
    public string? LastName { get; init; }

    /// <summary>Anything more the application knows, as an object.</summary>
    public JsonElement? AdditionalAttributes { get; init; }

    /// <summary>IANA time zone name.</summary>
    public string? Timezone { get; init; }

    internal bool HasEmail => _email is not null;
}
