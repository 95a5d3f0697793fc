namespace Tasklight.Server.Logins;

/// <summary>Words of authorization servers for what went wrong.</summary>
static class OAuthError
{
    const int Longest = 64;

    /// <summary>The word, when it is one: what strangers write is not shown in our name.</summary>
    public static string Shown(string? error) =>
        error is { Length: > 0 and <= Longest } && error.All(static letter => char.IsAsciiLetterOrDigit(letter) || letter is '_' or '-' or '.') ? error : "an error without a name";
}
