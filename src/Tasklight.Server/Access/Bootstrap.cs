using Tasklight.Server.Hosting;
using Tasklight.Server.Storage;

namespace Tasklight.Server.Access;

/// <summary>
/// Sees to it that somebody can get in: the first start makes an organization and an admin key, and whatever the settings name exists
/// after every start.
/// </summary>
sealed class Bootstrap(IDirectoryStore store, KeyRing keys, RootOrganization root, BootstrapOptions options, TimeProvider time, Banner banner) : IStartupStep
{
    const string KeyName = "bootstrap";

    public async ValueTask StartAsync(CancellationToken cancel)
    {
        var organizations = await store.OrganizationsAsync(cancel);
        var isFirst = organizations.Count == 0;
        root.Id = isFirst ? options.Organization ?? Guid.NewGuid().ToString() : organizations.MinBy(static o => o.CreatedAt)!.Id;
        var organization = options.Organization ?? root.Id;

        var added = await store.AddOrganizationAsync(new(organization, organization, time.GetUtcNow()));
        banner.Note("organization", added && !isFirst ? $"{organization} (new)" : organization);
        if (options.Key is { } key)
            await KeepAsync(organization, key, isFirst, cancel);
        else if (isFirst)
            await MakeAsync(organization);
    }

    async ValueTask KeepAsync(string organization, string key, bool isFirst, CancellationToken cancel)
    {
        if (await keys.FindAsync(KeyHash.Of(key), cancel) is not { } known)
        {
            await keys.AddAsync(organization, KeyName, key, Scope.All);
            banner.Note("admin key", isFirst ? "as given by the setting bootstrap-key" : "as given by the setting bootstrap-key (new)");
        }
        else if (options.Organization is not null && known.Caller.Organization != organization)
        {
            throw new StartupException(
                $"The setting bootstrap-key names a key of the organization {known.Caller.Organization}, but bootstrap-organization says {organization}: change one of them.");
        }
    }

    async ValueTask MakeAsync(string organization)
    {
        var (_, key) = await keys.CreateAsync(organization, KeyName, Scope.All, expiresAt: null);
        banner.Note("admin key", key);
        banner.Note("", "The key is shown this once; keep it, and send it as x-api-key.");
    }
}
