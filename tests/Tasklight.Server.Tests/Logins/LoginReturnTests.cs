using System.Net;
using Tasklight.Server.Tests.Hosting;

namespace Tasklight.Server.Tests.Logins;

/// <summary>Who comes back from a page to log in, with what, and what they are told.</summary>
public sealed class LoginReturnTests
{
    [Fact]
    public async Task A_state_is_good_once()
    {
        await using var scene = await LoginScene.StartAsync();
        var page = await scene.PageAsync();
        var back = await scene.Authority.VisitAsync(page, "ann");
        var attack = await scene.Authority.VisitAsync(page, "eve");
        await scene.Authority.ComeBackAsync(back);

        var (status, text, _) = await scene.Authority.ComeBackAsync(attack);

        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Contains("This login was done before.", text, StringComparison.Ordinal);
        Assert.Equal("ann", scene.Authority.UserOf(await scene.TokenAsync()));
    }

    [Fact]
    public async Task A_state_that_nobody_was_given_is_refused()
    {
        await using var scene = await LoginScene.StartAsync();
        var page = await scene.PageAsync();
        var back = (await scene.Authority.VisitAsync(page, "ann")).AbsoluteUri;
        var state = LoginScene.QueryOf(page)["state"];
        string[] wrong =
        [
            "", "x", new string('a', 43) + "." + RunningServer.Organization, state[..43] + ".another", state[..42] + (state[42] == 'A' ? 'B' : 'A') + state[43..], state + "x",
        ];
        foreach (var other in wrong)
        {
            var (status, text, _) = await scene.Authority.ComeBackAsync(new Uri(back.Replace(Uri.EscapeDataString(state), Uri.EscapeDataString(other), StringComparison.Ordinal)));
            Assert.True(status == HttpStatusCode.BadRequest, $"{other}: {(int)status} {text}");
        }

        Assert.DoesNotContain(scene.Authority.Requests, request => request.StartsWith("POST /token", StringComparison.Ordinal));
        Assert.Equal(HttpStatusCode.OK, (await scene.Authority.ComeBackAsync(new Uri(back))).Status);
    }

    [Fact]
    public async Task Programs_are_told_in_JSON_what_people_read_as_a_page()
    {
        await using var scene = await LoginScene.StartAsync();

        var answer = await scene.Server.Client.JsonAsync("GET", "/v1/oauth/callback?state=x&code=y", body: null, HttpStatusCode.BadRequest);

        Assert.Equal(("login_failed", "This page is the end of a login, and this address belongs to none."), (answer.Text("code"), answer.Text("detail")));
    }

    [Fact]
    public async Task A_state_whose_time_is_over_is_refused_and_the_next_page_is_another()
    {
        await using var scene = await LoginScene.StartAsync();
        var page = await scene.PageAsync();
        scene.Clock.Advance(TimeSpan.FromMinutes(29));
        Assert.Equal(page, await scene.PageAsync());
        scene.Clock.Advance(TimeSpan.FromMinutes(31));

        var (status, text, _) = await scene.Authority.LogInAsync(page, "ann");

        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Contains("This login took too long.", text, StringComparison.Ordinal);
        Assert.StartsWith("Nobody logged in before the page's time was over.", (await scene.AskAsync(makesPage: false)).GetProperty("data").Text("message"), StringComparison.Ordinal);
        Assert.NotEqual(page, await scene.PageAsync());
        await scene.LogInAsync();
    }

    [Fact]
    public async Task Who_says_no_is_told_so_and_so_is_who_waits()
    {
        await using var scene = await LoginScene.StartAsync();

        var (status, text, _) = await scene.Authority.LogInAsync(await scene.PageAsync(), "ann", denies: true);
        var waiting = await scene.AskAsync(makesPage: false);

        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Contains("The login to mail was refused.", text, StringComparison.Ordinal);
        Assert.Equal("token_issue", waiting.Text("type"));
        Assert.StartsWith("The login to mail was refused.", waiting.GetProperty("data").Text("message"), StringComparison.Ordinal);
        await scene.LogInAsync();
        Assert.Equal("ann", scene.Authority.UserOf(await scene.TokenAsync()));
    }

    [Theory]
    [InlineData("&error=%3Cscript%3E&error_description=%3Cscript%3E", "reported an error without a name")]
    [InlineData("&error=temporarily_unavailable", "reported temporarily_unavailable")]
    [InlineData("", "sent no code")]
    [InlineData("&code=made-up", "gave no token: invalid_grant")]
    public async Task What_went_wrong_is_said_in_words_of_our_own(string answer, string words)
    {
        await using var scene = await LoginScene.StartAsync();
        var state = LoginScene.QueryOf(await scene.PageAsync(with: details => details["name"] = "<i>mail</i>"))["state"];

        var (status, text, _) = await scene.Authority.ComeBackAsync(new(scene.Server.Address, $"/v1/oauth/callback?state={Uri.EscapeDataString(state)}&iss={Uri.EscapeDataString(scene.Authority.Issuer)}{answer}"));

        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Contains(words, text, StringComparison.Ordinal);
        Assert.DoesNotContain("<script", text, StringComparison.Ordinal);
        Assert.DoesNotContain("<i>", text, StringComparison.Ordinal);
        Assert.DoesNotContain("never shown", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("&iss=https%3A%2F%2Fevil.example")]
    [InlineData("")]
    public async Task An_answer_of_another_authorization_server_is_refused(string issuer)
    {
        await using var scene = await LoginScene.StartAsync();
        var back = await scene.Authority.VisitAsync(await scene.PageAsync(), "ann");
        var forged = back.AbsoluteUri.Replace($"&iss={Uri.EscapeDataString(scene.Authority.Issuer)}", issuer, StringComparison.Ordinal);
        Assert.NotEqual(back.AbsoluteUri, forged);

        var (status, text, _) = await scene.Authority.ComeBackAsync(new Uri(forged));

        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Contains("did not come from", text, StringComparison.Ordinal);
        Assert.DoesNotContain(scene.Authority.Requests, request => request.StartsWith("POST /token", StringComparison.Ordinal));
    }
}
