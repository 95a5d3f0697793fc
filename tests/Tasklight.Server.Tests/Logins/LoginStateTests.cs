using Tasklight.Server.Logins;

namespace Tasklight.Server.Tests.Logins;

public sealed class LoginStateTests
{
    [Theory]
    [InlineData("org-1")]
    [InlineData("a.b.c")]
    [InlineData("Ä & ?")]
    public void A_state_comes_back_as_it_went(string organization)
    {
        var state = LoginState.New(organization);

        Assert.True(LoginState.TryParse(state.ToString(), out var parsed));
        Assert.Equal(state, parsed);
        Assert.Equal(state.Id, LoginState.AttemptOf(organization, $"https://login.example/?a=b&state={Uri.EscapeDataString(state.ToString())}&c=d"));
    }

    [Fact]
    public void Two_states_share_nothing_and_the_id_does_not_tell_the_state()
    {
        var (one, other) = (LoginState.New("org-1"), LoginState.New("org-1"));

        Assert.NotEqual(one.Secret, other.Secret);
        Assert.NotEqual(one.Id, other.Id);
        Assert.DoesNotContain(one.Secret, one.Id, StringComparison.Ordinal);
    }

    [Fact]
    public void A_page_of_another_organization_or_without_a_state_of_ours_is_no_page()
    {
        var page = $"https://login.example/?state={LoginState.New("org-2")}";

        Assert.Null(LoginState.AttemptOf("org-1", page));
        Assert.Null(LoginState.AttemptOf("org-1", "https://login.example/?state=x.org-1"));
        Assert.Null(LoginState.AttemptOf("org-1", "https://login.example/"));
        Assert.Null(LoginState.AttemptOf("org-1", null));
    }
}
