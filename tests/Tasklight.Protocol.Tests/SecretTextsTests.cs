namespace Tasklight.Protocol.Tests;

public sealed class SecretTextsTests
{
    [Theory]
    [InlineData("https://mcp.example.com/v1?region=eu#top")]
    [InlineData("npx -y @modelcontextprotocol/server-filesystem /srv/data --max-depth 3")]
    [InlineData("node monkey.js --keyboard us --author-name Ada")]
    [InlineData("https://api.example.com/orders/{id}?api_key={key}")]
    [InlineData("")]
    public void A_text_without_secrets_is_left_as_it_is(string text) => Assert.Same(text, SecretTexts.Mask(text));

    [Theory]
    [InlineData("https://ada:s3cret@mcp.example.com/v1", "https://***@mcp.example.com/v1")]
    [InlineData("https://tok@mcp.example.com", "https://***@mcp.example.com")]
    [InlineData("https://m.example/?key=s3cret&x=1", "https://m.example/?key=***&x=1")]
    [InlineData("https://m.example/?a=1&apiKey=s3cret#f", "https://m.example/?a=1&apiKey=***#f")]
    [InlineData("https://m.example/?access_token=a%20b&client_secret=c", "https://m.example/?access_token=***&client_secret=***")]
    [InlineData("npx server --api-key s3cret --port 80", "npx server --api-key *** --port 80")]
    [InlineData("npx server --api-key=s3cret", "npx server --api-key=***")]
    [InlineData("npx server '--token=two words' -v", "npx server '--token=***' -v")]
    [InlineData("npx server --password \"two words\"", "npx server --password \"***\"")]
    [InlineData("docker run -e GITHUB_TOKEN=s3cret ghcr.io/x", "docker run -e GITHUB_TOKEN=*** ghcr.io/x")]
    [InlineData("npx server-postgres postgresql://user:p@ss@db:5432/main", "npx server-postgres postgresql://***@db:5432/main")]
    [InlineData("npx mcp-remote https://m.example --header \"Authorization: Bearer s3cret\"", "npx mcp-remote https://m.example --header \"Authorization: ***\"")]
    [InlineData("npx mcp-remote https://m.example -H X-Key:s3cret", "npx mcp-remote https://m.example -H X-Key:***")]
    public void Secrets_that_a_text_names_are_masked(string text, string masked)
    {
        Assert.Equal(masked, SecretTexts.Mask(text));
        Assert.Equal(masked, SecretTexts.Mask(masked));
    }

    [Fact]
    public void Each_secret_has_a_name_of_its_own_which_is_the_same_when_it_is_masked()
    {
        const string text = "run --token a --token 'b c' https://u:p@x.example?key=d --header \"X-Auth: e\"";
        var (clear, masked) = (Names(text), Names(SecretTexts.Mask(text)));

        Assert.Equal(["token", "token#2", "userinfo", "key", "x-auth"], clear);
        Assert.Equal(clear, masked);
    }

    [Fact]
    public void A_very_long_text_costs_no_more_than_its_length()
    {
        var (word, pairs, addresses) = (new string('a', 1_000_000), string.Concat(Enumerable.Repeat("key=1&", 100_000)), string.Concat(Enumerable.Repeat("://", 300_000)));

        Assert.Same(word, SecretTexts.Mask(word));
        Assert.Equal(pairs.Replace("1", "***", StringComparison.Ordinal), SecretTexts.Mask(pairs));
        Assert.Same(addresses, SecretTexts.Mask(addresses));
    }

    static List<string> Names(string text)
    {
        var names = new List<string>();
        SecretTexts.Change(text, (name, value) =>
        {
            names.Add(name);
            return value;
        });
        return names;
    }
}
