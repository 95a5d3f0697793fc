using Tasklight.Server.Lifecycle;
using Tasklight.Server.Storage;

namespace Tasklight.Server.Logins;

/// <summary>Finishes logins when people come back from the authorization server: code for tokens, and the tasks that wait go on.</summary>
sealed partial class LoginReturn(ILoginStore store, LoginBox box, OAuthCalls oauth, LoginWaiters waiters, TimeProvider time, ILogger<LoginReturn> log)
{
    const string Again = "Ask the agent again for a new page to log in.";

    /// <summary>One return.</summary>
    /// <param name="state">The page's own; whoever has not seen the page does not know it.</param>
    /// <param name="code">What the tokens are to be had for.</param>
    /// <param name="error">The authorization server's word for why there is no code.</param>
    /// <param name="issuer">The authorization server, when it says so.</param>
    public async Task<LoginOutcome> FinishAsync(string? state, string? code, string? error, string? issuer)
    {
        if (!LoginState.TryParse(state, out var known))
        {
            return LoginOutcome.Failed("This page is the end of a login, and this address belongs to none.");
        }

        var (organization, id) = (known.Organization, known.Id);
        if (await store.TakeAttemptAsync(organization, id, time.Now()) is not { Secrets: { } secrets } attempt)
        {
            return Late(await store.FindAttemptAsync(organization, id));
        }

        var plan = box.OpenPlan(secrets);
        var problem = await ProblemAsync(attempt, plan, code, error, issuer);
        if (problem is null)
        {
            LogDone(attempt.Key.Server);
            return LoginOutcome.Done($"You are logged in to {plan.ServerName}. You can close this window.");
        }

        await store.FailAttemptAsync(organization, id, problem);
        LogFailed(attempt.Key.Server, problem);
        return LoginOutcome.Failed($"{problem} {Again}");
    }

    static LoginOutcome Late(StoredLoginAttempt? attempt) => attempt?.State switch
    {
        null => LoginOutcome.Failed("This server knows nothing of this login."),
        LoginAttemptState.Open => LoginOutcome.Failed($"This login took too long. {Again}"),
        LoginAttemptState.Done => LoginOutcome.Done("This login was done before. You can close this window."),
        _ => LoginOutcome.Failed($"This page to log in was used before. {Again}"),
    };

    async Task<string?> ProblemAsync(StoredLoginAttempt attempt, LoginPlan plan, string? code, string? error, string? issuer)
    {
        // Before anything else is believed: an answer of another server is no answer (RFC 9207).
        if (issuer is null ? plan.NamesIssuer : issuer != plan.Issuer)
        {
            return $"The answer did not come from {plan.Issuer}.";
        }

        if (error is not null)
        {
            await ForgetClientAsync(attempt, plan, error);
            return error == "access_denied" ? $"The login to {plan.ServerName} was refused." : $"{new Uri(plan.Issuer).Authority} reported {OAuthError.Shown(error)}.";
        }

        return code is null ? $"{new Uri(plan.Issuer).Authority} sent no code." : await ExchangeAsync(attempt, plan, code);
    }

    async Task<string?> ExchangeAsync(StoredLoginAttempt attempt, LoginPlan plan, string code)
    {
        try
        {
            var (tokens, refusal) = await oauth.ExchangeAsync(plan, code);
            if (tokens is null)
            {
                await ForgetClientAsync(attempt, plan, refusal);
                return $"{new Uri(plan.TokenEndpoint).Authority} gave no token: {OAuthError.Shown(refusal)}.";
            }

            waiters.LoggedIn(attempt.Key.Organization, await store.FinishAsync(attempt.Key, time.Now(), box.Seal(tokens)));
            return null;
        }
        catch (LoginProblemException problem)
        {
            return problem.Message;
        }
    }

    ValueTask ForgetClientAsync(StoredLoginAttempt attempt, LoginPlan plan, string? refusal) =>
        plan.Client.IsRefusedBy(refusal) ? store.RemoveClientAsync(attempt.Key.Organization, plan.Issuer, plan.RedirectUri) : ValueTask.CompletedTask;

    [LoggerMessage(LogLevel.Information, "A login to {Server} is done")]
    partial void LogDone(string server);

    [LoggerMessage(LogLevel.Warning, "A login to {Server} came to nothing: {Problem}")]
    partial void LogFailed(string server, string problem);
}
