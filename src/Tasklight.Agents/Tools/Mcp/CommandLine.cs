using System.Text;
using Tasklight.Protocol;

namespace Tasklight.Agents.Tools.Mcp;

/// <summary>Splits a command line into words as a shell does: blanks separate, quotes and backslashes keep together. Nothing is expanded, no shell is run.</summary>
internal static class CommandLine
{
    /// <summary>The words.</summary>
    /// <exception cref="ToolSetupException">A quote is not closed.</exception>
    public static IReadOnlyList<string> Split(string text)
    {
        var words = new List<string>();
        var word = new StringBuilder();
        var (isWord, quote) = (false, '\0');
        for (var at = 0; at < text.Length; at++)
        {
            var character = text[at];
            if (quote == '\0' && char.IsWhiteSpace(character))
            {
                End();
                continue;
            }

            isWord = true;
            if (character == quote)
            {
                quote = '\0';
            }
            else if (quote == '\0' && character is '"' or '\'')
            {
                quote = character;
            }
            else if (character == '\\' && quote != '\'' && at + 1 < text.Length && IsEscaped(text[at + 1], quote))
            {
                word.Append(text[++at]);
            }
            else
            {
                word.Append(character);
            }
        }

        End();
        return quote == '\0' ? words : throw new ToolSetupException($"The command of an MCP server has a quote that is not closed: {SecretTexts.Mask(text)}");

        void End()
        {
            if (isWord)
            {
                words.Add(word.ToString());
            }

            word.Clear();
            isWord = false;
        }
    }

    // Within double quotes a backslash means itself, but before a quote or another one.
    private static bool IsEscaped(char next, char quote) => quote == '\0' ? next is '"' or '\'' or '\\' || char.IsWhiteSpace(next) : next is '"' or '\\';
}
