using Tasklight.Server.Storage;

namespace Tasklight.Server.Tests.Storage;

/// <summary>Logins to MCP servers, and the ways to them.</summary>
public abstract partial class StoreConformance
{
    static readonly LoginKey OfAnn = new(Org, LoginKey.Shared, "ann", "https://mail.example/mcp");

    ILoginStore Logins => Store.Logins;

    [Fact]
    public async Task An_attempt_is_used_once_and_leaves_no_secret()
    {
        await Logins.AddAttemptAsync(Attempt("a"));
        Store.Crash();
        Assert.Equivalent(Attempt("a"), await Logins.FindAttemptAsync(Org, "a"));

        var taken = await Logins.TakeAttemptAsync(Org, "a", At(5));

        Assert.Equivalent(Attempt("a") with { State = LoginAttemptState.Taken }, taken);
        Assert.Null(await Logins.TakeAttemptAsync(Org, "a", At(5)));
        Assert.Null((await Logins.FindAttemptAsync(Org, "a"))!.Secrets);
    }

    [Fact]
    public async Task An_attempt_is_not_used_after_its_time_nor_by_another_organization()
    {
        await Logins.AddAttemptAsync(Attempt("a"));

        Assert.Null(await Logins.TakeAttemptAsync("org-2", "a", At(5)));
        Assert.Null(await Logins.FindAttemptAsync("org-2", "a"));
        Assert.Null(await Logins.TakeAttemptAsync(Org, "a", At(60)));
        Assert.Equal(LoginAttemptState.Open, (await Logins.FindAttemptAsync(Org, "a"))!.State);
    }

    [Fact]
    public async Task Only_a_taken_attempt_fails()
    {
        await Logins.AddAttemptAsync(Attempt("a"));
        await Logins.FailAttemptAsync(Org, "a", "Too early.");
        await Logins.TakeAttemptAsync(Org, "a", At(5));
        await Logins.FailAttemptAsync("org-2", "a", "Not theirs.");
        Assert.Equal(LoginAttemptState.Taken, (await Logins.FindAttemptAsync(Org, "a"))!.State);

        await Logins.FailAttemptAsync(Org, "a", "The person said no.");

        var failed = (await Logins.FindAttemptAsync(Org, "a"))!;
        Assert.Equal((LoginAttemptState.Failed, "The person said no."), (failed.State, failed.Problem));
    }

    [Fact]
    public async Task The_latest_attempt_at_a_login_is_that_logins_own()
    {
        await Logins.AddAttemptAsync(Attempt("a"));
        await Logins.AddAttemptAsync(Attempt("b") with { CreatedAt = At(2) });
        await Logins.AddAttemptAsync(Attempt("c") with { CreatedAt = At(3), Key = OfAnn with { UserId = "bob" } });
        await Logins.AddAttemptAsync(Attempt("d") with { CreatedAt = At(3), Key = OfAnn with { AgentId = TheAgent } });
        await Logins.AddAttemptAsync(Attempt("e") with { CreatedAt = At(3), Key = OfAnn with { Server = "https://other.example/mcp" } });
        await Logins.AddAttemptAsync(Attempt("f") with { CreatedAt = At(3), Key = OfAnn with { Organization = "org-2" } });

        Assert.Equal("b", (await Logins.LatestAttemptAsync(OfAnn))?.Id);
        Assert.Null(await Logins.LatestAttemptAsync(OfAnn with { UserId = "eve" }));
    }

    [Fact]
    public async Task A_finished_login_ends_all_attempts_at_it_and_no_others()
    {
        await Logins.AddAttemptAsync(Attempt("open"));
        await Logins.AddAttemptAsync(Attempt("taken"));
        await Logins.AddAttemptAsync(Attempt("failed"));
        await Logins.AddAttemptAsync(Attempt("bobs") with { Key = OfAnn with { UserId = "bob" } });
        await Logins.TakeAttemptAsync(Org, "taken", At(5));
        await Logins.TakeAttemptAsync(Org, "failed", At(5));
        await Logins.FailAttemptAsync(Org, "failed", "The person said no.");

        var done = await Logins.FinishAsync(OfAnn, At(6), Bytes("tokens"));

        Assert.Equal(["failed", "open", "taken"], done.Order(StringComparer.Ordinal));
        Store.Crash();
        Assert.Equivalent(new StoredLogin(OfAnn, 1, At(6), Bytes("tokens")), await Logins.FindLoginAsync(OfAnn));
        Assert.Equal(LoginAttemptState.Open, (await Logins.FindAttemptAsync(Org, "bobs"))!.State);
        Assert.Equivalent(Attempt("open") with { State = LoginAttemptState.Done, Secrets = null }, await Logins.FindAttemptAsync(Org, "open"));
        Assert.Empty(await Logins.FinishAsync(OfAnn, At(7), Bytes("newer")));
        Assert.Equal(2, (await Logins.FindLoginAsync(OfAnn))!.Version);
    }

    [Fact]
    public async Task A_login_is_one_users_one_servers_and_one_agents_or_all_agents()
    {
        await Logins.FinishAsync(OfAnn, At(1), Bytes("tokens"));

        Assert.Null(await Logins.FindLoginAsync(OfAnn with { Organization = "org-2" }));
        Assert.Null(await Logins.FindLoginAsync(OfAnn with { AgentId = TheAgent }));
        Assert.Null(await Logins.FindLoginAsync(OfAnn with { UserId = "bob" }));
        Assert.Null(await Logins.FindLoginAsync(OfAnn with { Server = "https://mail.example/" }));
    }

    [Fact]
    public async Task Who_saw_an_older_version_of_a_login_does_not_change_it()
    {
        await Logins.FinishAsync(OfAnn, At(1), Bytes("one"));
        var seen = (await Logins.FindLoginAsync(OfAnn))!;
        Assert.True(await Logins.RenewAsync(seen, Bytes("two"), At(2)));

        Assert.False(await Logins.RenewAsync(seen, Bytes("three"), At(3)));
        Assert.False(await Logins.ForgetAsync(seen));

        var now = (await Logins.FindLoginAsync(OfAnn))!;
        Assert.Equivalent(new StoredLogin(OfAnn, 2, At(2), Bytes("two")), now);
        Assert.True(await Logins.ForgetAsync(now));
        Assert.Null(await Logins.FindLoginAsync(OfAnn));
    }

    [Fact]
    public async Task An_agents_own_logins_go_with_it()
    {
        await Directory.SaveAgentAsync(new StoredAgent(Org, TheAgent, "One", 0, Bytes("{}"), null, At(0), At(0)));
        await Logins.FinishAsync(OfAnn, At(1), Bytes("shared"));
        await Logins.FinishAsync(OfAnn with { AgentId = TheAgent }, At(1), Bytes("own"));
        await Logins.FinishAsync(OfAnn with { AgentId = TheAgent, Organization = "org-2" }, At(1), Bytes("others"));

        await Directory.RemoveAgentAsync(Org, TheAgent);

        Assert.Null(await Logins.FindLoginAsync(OfAnn with { AgentId = TheAgent }));
        Assert.NotNull(await Logins.FindLoginAsync(OfAnn));
        Assert.NotNull(await Logins.FindLoginAsync(OfAnn with { AgentId = TheAgent, Organization = "org-2" }));
    }

    [Fact]
    public async Task A_registration_is_for_one_organization_one_issuer_and_one_way_back()
    {
        var client = new StoredOAuthClient(Org, "https://login.example", "https://tasks.example/v1/oauth/callback", At(1), Bytes("one"));
        await Logins.SaveClientAsync(client);
        await Logins.SaveClientAsync(client = client with { CreatedAt = At(2), Secrets = Bytes("two") });

        Assert.Equivalent(client, await Logins.FindClientAsync(Org, client.Issuer, client.RedirectUri));
        Assert.Null(await Logins.FindClientAsync("org-2", client.Issuer, client.RedirectUri));
        Assert.Null(await Logins.FindClientAsync(Org, client.Issuer, "https://elsewhere.example/"));
        await Logins.RemoveClientAsync("org-2", client.Issuer, client.RedirectUri);
        Assert.NotNull(await Logins.FindClientAsync(Org, client.Issuer, client.RedirectUri));
        await Logins.RemoveClientAsync(Org, client.Issuer, client.RedirectUri);
        Assert.Null(await Logins.FindClientAsync(Org, client.Issuer, client.RedirectUri));
    }

    [Fact]
    public async Task Old_attempts_are_removed_oldest_first()
    {
        foreach (var (id, at) in new[] { ("a", 3), ("b", 1), ("c", 2), ("d", 9) })
            await Logins.AddAttemptAsync(Attempt(id) with { CreatedAt = At(at) });

        Assert.Equal(2, await Logins.TrimAttemptsAsync(At(9), 2));
        Assert.NotNull(await Logins.FindAttemptAsync(Org, "a"));
        Assert.Equal(1, await Logins.TrimAttemptsAsync(At(9), 2));
        Assert.NotNull(await Logins.FindAttemptAsync(Org, "d"));
    }

    static StoredLoginAttempt Attempt(string id) => new(OfAnn, id, At(1), At(60), Bytes("verifier"));
}
