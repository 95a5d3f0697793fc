using Tasklight.Protocol;
using Tasklight.Server.Access;
using Tasklight.Server.Hosting;
using Tasklight.Server.Storage;

namespace Tasklight.Server.Api;

/// <summary>The API keys of the caller's organization. A key's text is in the answer to its creation and nowhere else.</summary>
static class KeysApi
{
    public static void MapKeys(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/v1/keys").WithTags("Keys").RequireScope(Scope.Admin);
        group.MapGet("", ListAsync).Describe("listKeys", "The organization's keys, without their text").Gives<IReadOnlyList<ApiKeyRecord>>();
        group.MapPost("", CreateAsync).WithIdempotency()
            .Describe("createKey", "Make a key; its text is shown this once").Takes<CreateApiKeyRequest>().Gives<CreatedApiKey>(201).Fails(422);
        group.MapDelete("/{id}", DeleteAsync).WithIdempotency().Describe("deleteKey", "Delete a key; it opens nothing from now on, and its streams end").GivesNothing().Fails(404, 409);
    }

    static async Task<IResult> ListAsync(HttpContext context, KeyRing keys)
    {
        var stored = await keys.ListAsync(context.Caller().Organization, context.RequestAborted);
        return Answers.Json([.. stored.Select(Record)], ProtocolJson.Default.IReadOnlyListApiKeyRecord);
    }

    static async Task<IResult> CreateAsync(HttpContext context, KeyRing keys, LimitOptions limits, TimeProvider time)
    {
        using var body = await RequestBody.ReadAsync(context, limits.Create);
        var request = body.Parse(ProtocolJson.Default.CreateApiKeyRequest);
        if (request.AgentIds.Count > 0)
            throw Refuse("A key is good for all agents of its organization; leave this empty.", "agent_ids");
        if (request.ExpiresAt <= time.GetUtcNow())
            throw Refuse($"{request.ExpiresAt:yyyy-MM-ddTHH:mm:ssZ} is in the past.", "expires_at");

        var (stored, key) = await keys.CreateAsync(context.Caller().Organization, request.Name, ScopesOf(request.Scopes), request.ExpiresAt);
        return Answers.Json(Created(stored, key), ProtocolJson.Default.CreatedApiKey, StatusCodes.Status201Created);
    }

    static async Task<IResult> DeleteAsync(HttpContext context, KeyRing keys)
    {
        var id = context.Part("id");
        if (id == context.Caller().KeyId)
            return Answers.Conflict(ErrorCodes.Conflict, "This is the key of this request: delete it with another one, so that nobody locks himself out.");
        return await keys.RemoveAsync(context.Caller().Organization, id) ? Answers.Nothing : Answers.NotFound("key", id);
    }

    /// <summary>A key's record with its text, for the one answer that shows it.</summary>
    public static CreatedApiKey Created(StoredKey key, string text)
    {
        var record = Record(key);
        return new()
        {
            Id = record.Id,
            Name = record.Name,
            OrganizationId = record.OrganizationId,
            Scopes = record.Scopes,
            Prefix = record.Prefix,
            CreatedAt = record.CreatedAt,
            ExpiresAt = record.ExpiresAt,
            Key = text,
        };
    }

    static ApiKeyRecord Record(StoredKey key) => new()
    {
        Id = key.Id,
        Name = key.Name,
        OrganizationId = key.Organization,
        Scopes = ScopeNames.Of((Scope)key.Scopes),
        Prefix = key.Prefix,
        CreatedAt = key.CreatedAt,
        ExpiresAt = key.ExpiresAt,
        LastUsedAt = key.LastUsedAt,
    };

    static Scope ScopesOf(IReadOnlyList<string> words) => words.Aggregate(Scope.None, static (scopes, word) => scopes | ScopeNames.Find(word)!.Value);

    static RequestRefusedException Refuse(string message, string field) =>
        new(StatusCodes.Status422UnprocessableEntity, FieldError.InBody(FieldErrorTypes.NotAllowed, message, field));
}
