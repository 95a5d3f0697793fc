using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Tasklight.Server.Tests.Logins;

/// <summary>Tasks that are paused until somebody logs in go on by themselves, and no others do.</summary>
public sealed class WaitingTaskTests
{
    [Fact]
    public async Task The_tasks_that_wait_for_a_login_are_queued_when_it_is_done_and_no_others()
    {
        await using var scene = await LoginScene.StartAsync();
        var (anns, bobs) = (await scene.PageAsync("ann"), await scene.PageAsync("bob"));
        var first = await PausedAsync(scene, anns);
        var second = await PausedAsync(scene, anns);
        var foreign = await PausedAsync(scene, bobs);
        var elsewhere = await PausedAsync(scene, "https://login.example/?state=abc");

        await scene.Authority.LogInAsync(anns, "ann");

        foreach (var task in new[] { first, second })
        {
            var now = await BecomesPendingAsync(scene, task);
            Assert.Equal(JsonValueKind.Null, now.GetProperty("pending_eca_request").ValueKind);
            var told = (await EventsAsync(scene, task)).Last(update => update.Text("type") == "auth_event");
            Assert.Equal("""{"type":"token_ready","data":{"access_token":"REDACTED"}}""", told.GetProperty("data").GetRawText());
        }

        Assert.Equal(("paused", "paused"), (await StatusAsync(scene, foreign), await StatusAsync(scene, elsewhere)));
    }

    [Fact]
    public async Task A_task_that_names_an_older_page_goes_on_by_the_login_at_a_newer_one()
    {
        await using var scene = await LoginScene.StartAsync();
        var old = await PausedAsync(scene, await scene.PageAsync());
        scene.Clock.Advance(TimeSpan.FromHours(30));

        await scene.LogInAsync();

        await BecomesPendingAsync(scene, old);
    }

    [Fact]
    public async Task A_task_that_pauses_when_its_login_is_done_already_goes_on_at_once()
    {
        await using var scene = await LoginScene.StartAsync();
        var page = await scene.PageAsync();
        await scene.Authority.LogInAsync(page, "ann");

        await BecomesPendingAsync(scene, await PausedAsync(scene, page));
    }

    [Fact]
    public async Task A_task_waits_on_after_a_restart_and_goes_on_by_a_login_made_after_it()
    {
        await using var scene = await LoginScene.StartAsync("--fetch-allow", "127.0.0.0/8", "--public-url", "https://tasks.example");
        var page = await scene.PageAsync();
        var task = await PausedAsync(scene, page);

        await scene.RestartAsync();
        Assert.Equal("paused", await StatusAsync(scene, task));
        var back = await scene.Authority.VisitAsync(page, "ann");
        await scene.Authority.ComeBackAsync(new Uri(scene.Server.Address, back.PathAndQuery));

        await BecomesPendingAsync(scene, task);
    }

    [Fact]
    public async Task A_new_turn_may_begin_instead_and_does_not_wait_for_the_login_any_more()
    {
        await using var scene = await LoginScene.StartAsync();
        var task = await PausedAsync(scene, await scene.PageAsync());

        var next = await scene.Server.Client.JsonAsync("POST", $"/agent-execution/{scene.Agent}", new { id = task, input = new { text = "Never mind" } });

        Assert.Equal(("pending", JsonValueKind.Null), (next.Text("status"), next.GetProperty("pending_eca_request").ValueKind));
    }

    [Fact]
    public async Task A_login_that_comes_to_nothing_leaves_the_task_paused()
    {
        await using var scene = await LoginScene.StartAsync();
        var page = await scene.PageAsync();
        var task = await PausedAsync(scene, page);

        await scene.Authority.LogInAsync(page, "ann", denies: true);

        var why = await WhyAsync(scene, task);
        Assert.Equal("paused", await StatusAsync(scene, task));
        Assert.Equal($"The end user 'ann' has to log in to 'mail' ({scene.Authority.McpAddress}). The login to mail was refused.", why.Text("detail"));
        Assert.StartsWith("A PATCH of the status to pending", why.Text("unblocked_by"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Why_names_the_login_and_its_page_while_that_is_good()
    {
        await using var scene = await LoginScene.StartAsync();
        var page = await scene.PageAsync();
        var task = await PausedAsync(scene, page);

        var fresh = await WhyAsync(scene, task);
        scene.Clock.Advance(TimeSpan.FromHours(2));
        var late = await WhyAsync(scene, task);

        Assert.Equal(("awaiting_login", $"The end user 'ann' has to log in to 'mail' ({scene.Authority.McpAddress})."), (fresh.Text("reason"), fresh.Text("detail")));
        Assert.Equal($"The login at {page} by 2026-05-13T11:00:00.000000Z; the task then goes on by itself.", fresh.Text("unblocked_by"));
        Assert.Contains("was good until 2026-05-13T11:00:00", late.Text("detail"), StringComparison.Ordinal);
        Assert.DoesNotContain(page, late.Text("unblocked_by"), StringComparison.Ordinal);
    }

    // As a worker pauses it.
    static async Task<string> PausedAsync(LoginScene scene, string page)
    {
        var made = await scene.Server.Client.JsonAsync("POST", $"/agent-execution/{scene.Agent}", new { input = new { text = "Read my mail", user = new { id = "ann", email = "ann@example.org" } } });
        var patch = new JsonObject { ["status"] = "paused", ["pending_eca_request"] = new JsonObject { ["connector_name"] = "mail", ["auth_url"] = page } };
        await scene.Server.Client.JsonAsync("PATCH", $"/agent-execution/{made.Text("id")}/update", patch);
        return made.Text("id");
    }

    static Task<JsonElement> GetAsync(LoginScene scene, string task) => scene.Server.Client.JsonAsync("GET", $"/agent-execution/{task}/status");

    static async Task<string> StatusAsync(LoginScene scene, string task) => (await GetAsync(scene, task)).Text("status");

    static Task<JsonElement> WhyAsync(LoginScene scene, string task) => scene.Server.Client.JsonAsync("GET", $"/v1/tasks/{task}/why");

    static async Task<IEnumerable<JsonElement>> EventsAsync(LoginScene scene, string task) =>
        (await scene.Server.Client.JsonAsync("GET", $"/v1/tasks/{task}/events", body: null, HttpStatusCode.OK, ("Accept", "application/json"))).GetProperty("items").EnumerateArray();

    static async Task<JsonElement> BecomesPendingAsync(LoginScene scene, string task)
    {
        JsonElement now = default;
        await Eventually.HoldsAsync(async () => (now = await GetAsync(scene, task)).Text("status") == "pending", "the task is pending");
        return now;
    }
}
