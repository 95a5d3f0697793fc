using System.Text;
using Tasklight.Server.Storage;

namespace Tasklight.Server.Tests.Storage;

/// <summary>Organizations, keys, agents, files, sessions.</summary>
public abstract partial class StoreConformance
{
    IDirectoryStore Directory => Store.Directory;

    [Fact]
    public async Task Organizations_are_added_once()
    {
        var organization = new StoredOrganization(Org, "First", At(0));
        Assert.True(await Directory.AddOrganizationAsync(organization));
        Assert.False(await Directory.AddOrganizationAsync(organization with { Name = "Again" }));
        Assert.True(await Directory.AddOrganizationAsync(new StoredOrganization("org-2", "Second", At(1))));
        Store.Reopen();
        Assert.Equal(organization, await Directory.FindOrganizationAsync(Org));
        Assert.Null(await Directory.FindOrganizationAsync("org-3"));
        Assert.Equal([Org, "org-2"], (await Directory.OrganizationsAsync()).Select(found => found.Id));
    }

    [Fact]
    public async Task Keys_are_found_by_their_hash()
    {
        await Directory.AddOrganizationAsync(new StoredOrganization(Org, "First", At(0)));
        var key = new StoredKey(Org, "key-1", "CI", "hash-1", "tl_abc", 7, At(0), At(100), null);
        Assert.True(await Directory.AddKeyAsync(key));
        Assert.False(await Directory.AddKeyAsync(key with { Id = "key-2" }));
        Assert.False(await Directory.AddKeyAsync(key with { Hash = "hash-2" }));
        Assert.Equal(key, await Directory.FindKeyAsync("hash-1"));
        Assert.Null(await Directory.FindKeyAsync("hash-2"));
        await Directory.TouchKeysAsync(new Dictionary<string, DateTimeOffset> { ["hash-1"] = At(5), ["unknown"] = At(5) });
        await Directory.TouchKeysAsync(new Dictionary<string, DateTimeOffset> { ["hash-1"] = At(4) });
        Assert.Equal(At(5), (await Directory.KeysAsync(Org))[0].LastUsedAt);
        Assert.False(await Directory.RemoveKeyAsync("org-2", "key-1"));
        Assert.True(await Directory.RemoveKeyAsync(Org, "key-1"));
        Assert.Null(await Directory.FindKeyAsync("hash-1"));
    }

    [Fact]
    public async Task Agents_keep_their_draft_and_every_deployed_version()
    {
        var draft = new StoredAgent(Org, TheAgent, "One", 0, Bytes("draft"), null, At(0), At(0));
        await Directory.SaveAgentAsync(draft);
        Assert.Equivalent(draft, await Directory.FindAgentAsync(Org, TheAgent));
        await Directory.SaveAgentAsync(draft with { Version = 1, Deployed = Bytes("v1"), UpdatedAt = At(1) });
        await Directory.SaveAgentAsync(draft with { Name = "Two", Version = 2, Deployed = Bytes("v2"), UpdatedAt = At(2) });
        await Directory.SaveAgentAsync(draft with { Name = "Two", Version = 2, Draft = Bytes("draft 2"), Deployed = Bytes("not v2"), UpdatedAt = At(3) });
        Store.Reopen();
        Assert.Equivalent(
            draft with { Name = "Two", Version = 2, Draft = Bytes("draft 2"), Deployed = Bytes("v2"), UpdatedAt = At(3) },
            await Directory.FindAgentAsync(Org, TheAgent));
        Assert.Equal(Bytes("v1"), await Directory.FindAgentVersionAsync(Org, TheAgent, 1));
        Assert.Null(await Directory.FindAgentVersionAsync(Org, TheAgent, 3));
        Assert.True(await Directory.RemoveAgentAsync(Org, TheAgent));
        Assert.False(await Directory.RemoveAgentAsync(Org, TheAgent));
        Assert.Null(await Directory.FindAgentVersionAsync(Org, TheAgent, 1));
    }

    [Fact]
    public async Task Agents_are_listed_newest_first_with_their_number()
    {
        for (var n = 0; n < 5; n++)
            await Directory.SaveAgentAsync(new StoredAgent(Org, $"agent-{n}", $"Agent {n}", 0, Bytes("{}"), null, At(n), At(n)));
        var (items, total) = await Directory.AgentsAsync(Org, offset: 1, limit: 2);
        Assert.Equal(["agent-3", "agent-2"], items.Select(agent => agent.Id));
        Assert.Equal(5, total);
    }

    [Fact]
    public async Task Files_are_kept_until_they_expire()
    {
        var file = new StoredFile(Org, "file-1", "ä.csv", "text/csv", 5_000_000_000, At(0), At(100));
        await Directory.AddFileAsync(file);
        await Directory.AddFileAsync(file with { Id = "file-2", ExpiresAt = null });
        Assert.Equal(file, await Directory.FindFileAsync(Org, "file-1"));
        Assert.Empty(await Directory.ExpiredFilesAsync(At(99), 10));
        Assert.Equal([file], await Directory.ExpiredFilesAsync(At(100), 10));
        Assert.True(await Directory.RemoveFileAsync(Org, "file-1"));
        Assert.False(await Directory.RemoveFileAsync(Org, "file-1"));
    }

    [Fact]
    public async Task Sessions_outlive_the_process_with_the_number_of_their_runs()
    {
        var session = new StoredSession { Organization = Org, Id = "s", AgentId = TheAgent, KeyId = "key-1", Address = "::1", Environment = "local", Slots = 6, OpenedAt = At(0) };
        await Store.Sessions.SaveSessionAsync(session);
        await Store.Sessions.SaveSessionAsync(session = session with { Instance = "instance", UnattributedEnds = 2 });
        await Store.Sessions.SaveSessionAsync(session with { Organization = "org-2", OpenedAt = At(1) });
        await ExecutingAsync("a", "s");
        Store.Crash();
        Assert.Equal([(session, 1), (session with { Organization = "org-2", OpenedAt = At(1) }, 0)], await Store.Sessions.SessionsAsync());
        await Store.Sessions.RemoveSessionAsync(Org, "s");
        Assert.Equal("org-2", Assert.Single(await Store.Sessions.SessionsAsync()).Session.Organization);
    }

    static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);
}
