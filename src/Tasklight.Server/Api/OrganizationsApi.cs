using Tasklight.Protocol;
using Tasklight.Server.Access;
using Tasklight.Server.Hosting;
using Tasklight.Server.Storage;

namespace Tasklight.Server.Api;

/// <summary>Organizations. Everybody sees his own; the admins of the first one may make others.</summary>
static class OrganizationsApi
{
    const string FirstKeyName = "first key";

    public static void MapOrganizations(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/v1/organizations").WithTags("Organizations");
        group.MapGet("", ListAsync).RequireScope(Scope.All)
            .Describe("listOrganizations", "The key's organization").Gives<IReadOnlyList<Organization>>();
        group.MapPost("", CreateAsync).RequireScope(Scope.Admin).WithIdempotency()
            .Describe("createOrganization", "Make an organization and its first admin key").Takes<CreateOrganizationRequest>().Gives<CreatedOrganization>(201).Fails(403, 409, 422);
    }

    static async Task<IResult> ListAsync(HttpContext context, IDirectoryStore store) =>
        Answers.Json(
            await store.FindOrganizationAsync(context.Caller().Organization, context.RequestAborted) is { } own ? [Record(own)] : [],
            ProtocolJson.Default.IReadOnlyListOrganization);

    static async Task<IResult> CreateAsync(HttpContext context, IDirectoryStore store, KeyRing keys, RootOrganization root, LimitOptions limits, TimeProvider time)
    {
        if (context.Caller().Organization != root.Id)
            return Answers.Error(StatusCodes.Status403Forbidden, ErrorCodes.Forbidden, "Only admins of this server's first organization may make others.");

        using var body = await RequestBody.ReadAsync(context, limits.Create);
        var request = body.Parse(ProtocolJson.Default.CreateOrganizationRequest);
        var organization = new StoredOrganization(request.Id ?? Guid.NewGuid().ToString(), request.Name, Lifecycle.Clock.Now(time));
        if (OrganizationPrefix.IsReserved(organization.Id))
        {
            throw new RequestRefusedException(
                StatusCodes.Status422UnprocessableEntity, FieldError.InBody(FieldErrorTypes.NotAllowed, $"'{organization.Id}' begins routes of this server; choose another id.", "id"));
        }

        if (!await store.AddOrganizationAsync(organization))
            return Answers.Conflict(ErrorCodes.IdTaken, $"There is an organization '{Answers.Shorten(organization.Id)}' already.");
        var (stored, key) = await keys.CreateAsync(organization.Id, FirstKeyName, Scope.All, expiresAt: null);
        return Answers.Json(
            new() { Id = organization.Id, Name = organization.Name, CreatedAt = organization.CreatedAt, ApiKey = KeysApi.Created(stored, key) }, ProtocolJson.Default.CreatedOrganization, StatusCodes.Status201Created);
    }

    static Organization Record(StoredOrganization organization) => new() { Id = organization.Id, Name = organization.Name, CreatedAt = organization.CreatedAt };
}
