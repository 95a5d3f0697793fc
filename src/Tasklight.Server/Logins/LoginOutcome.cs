namespace Tasklight.Server.Logins;

/// <summary>What a person reads who comes back from a page to log in.</summary>
/// <param name="IsDone">The login is there.</param>
/// <param name="Title">In a few words.</param>
/// <param name="Text">What happened, and what to do.</param>
sealed record LoginOutcome(bool IsDone, string Title, string Text)
{
    public static LoginOutcome Done(string text) => new(true, "You are logged in", text);

    public static LoginOutcome Failed(string text) => new(false, "The login did not work", text);
}
