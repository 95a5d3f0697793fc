using System.Text.Encodings.Web;
using Tasklight.Server.Logins;

namespace Tasklight.Server.Api;

/// <summary>The page at the end of a login: words, no scripts, nothing from elsewhere.</summary>
static class LoginPage
{
    public const string Type = "text/html; charset=utf-8";

    public static string Of(LoginOutcome outcome) =>
        $"""
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <title>{Text(outcome.Title)} – Tasklight</title>
        </head>
        <body>
        <h1>{Text(outcome.Title)}</h1>
        <p>{Text(outcome.Text)}</p>
        </body>
        </html>

        """;

    static string Text(string text) => HtmlEncoder.Default.Encode(text);
}
