using System.Text.Json;

namespace Tasklight.Protocol.Tests;

public sealed class ActionHashTests
{
    [Fact]
    public void The_hash_is_the_sha_256_of_the_canonical_json()
    {
        // printf '{"arguments":{"amount":120,"order":"A-17"},"tool":"refund"}' | sha256sum
        Assert.Equal("1192f1544c546ad4d03cfc3cfde3c21b6c8c1334bc856a51e040392e629c7fd6", ActionHash.Of("refund", JsonElement.Parse("""{ "order": "A-17", "amount": 120 }""")));
    }

    [Theory]
    [InlineData("""{"a":1,"b":2}""", """{"b": 2, "a": 1}""")]
    [InlineData("""{"a":"é/\u2028"}""", """{"a":"\u00e9\/\u2028"}""")]
    [InlineData("""{"a":"\n\u0001"}""", """{"a":"\u000a\u0001"}""")]
    [InlineData("""{"a":{"x":[{"p":null,"q":true}]}}""", """{"a":{"x":[{"q":true,"p":null}]}}""")]
    [InlineData("""{"a":2}""", """{"a":1,"a":2}""")]
    public void Spelling_does_not_matter(string one, string other) =>
        Assert.Equal(ActionHash.Of("t", JsonElement.Parse(one)), ActionHash.Of("t", JsonElement.Parse(other)));

    [Theory]
    [InlineData("t", """{"a":1}""", "t", """{"a":2}""")]
    [InlineData("t", """{"a":1}""", "u", """{"a":1}""")]
    [InlineData("t", """{"a":[1,2]}""", "t", """{"a":[2,1]}""")]
    [InlineData("t", """{"a":"1"}""", "t", """{"a":1}""")]
    [InlineData("t", "{}", "t", """{"a":null}""")]
    public void Every_difference_matters(string tool, string arguments, string otherTool, string otherArguments) =>
        Assert.NotEqual(ActionHash.Of(tool, JsonElement.Parse(arguments)), ActionHash.Of(otherTool, JsonElement.Parse(otherArguments)));
}
