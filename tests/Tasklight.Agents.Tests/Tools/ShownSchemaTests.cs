using System.Text.Json;
using Tasklight.Agents.Tools;

namespace Tasklight.Agents.Tests.Tools;

/// <summary>Parameters that providers would refuse are shown in a form that they take.</summary>
public sealed class ShownSchemaTests
{
    [Theory]
    [InlineData("""{"type":"object","properties":{}}""")]
    [InlineData("""{"$schema":"x","type":"object","properties":{"a":{"anyOf":[{"type":"string"},{"type":"null"}]}},"required":["a"],"additionalProperties":false}""")]
    public void A_plain_one_is_shown_as_it_is(string schema)
    {
        var shown = ShownSchema.Of(JsonElement.Parse(schema));

        Assert.Equal((schema, null), (shown.Schema.GetRawText(), shown.Besides));
    }

    [Fact]
    public void Parts_that_are_led_to_by_very_many_ways_are_gathered_once()
    {
        var levels = Enumerable.Range(0, 14).Select(n =>
        {
            var next = string.Join(',', Enumerable.Repeat($"{{\"$ref\":\"#/$defs/l{(n + 1) % 14}\"}}", 10));
            return $"\"l{n}\":{{\"properties\":{{\"p{n}\":{{}}}},\"required\":[\"p{n}\"],\"anyOf\":[{next}]}}";
        });

        var shown = ShownSchema.Of(JsonElement.Parse($"{{\"$ref\":\"#/$defs/l0\",\"$defs\":{{{string.Join(',', levels)}}}}}"));

        Assert.Equal((14, 14), (shown.Schema.GetProperty("properties").EnumerateObject().Count(), shown.Schema.GetProperty("required").GetArrayLength()));
    }

    [Theory]
    [InlineData("""{"type":"object"}""", """{"type":"object","properties":{}}""")]
    [InlineData("{}", """{"type":"object","properties":{}}""")]
    [InlineData("true", """{"type":"object","properties":{}}""")]
    [InlineData("""{"type":["object","null"],"properties":{"a":{}}}""", """{"type":"object","properties":{"a":{}}}""")]
    [InlineData("""{"description":"d","allOf":[{"properties":{"a":{"type":"string"}},"required":["a"]},{"properties":{"b":{}}}]}""", """{"description":"d","type":"object","properties":{"a":{"type":"string"},"b":{}},"required":["a"]}""")]
    [InlineData("""{"$ref":"#/$defs/Args","$defs":{"Args":{"type":"object","properties":{"a":{}},"required":["a"]}}}""", """{"$defs":{"Args":{"type":"object","properties":{"a":{}},"required":["a"]}},"type":"object","properties":{"a":{}},"required":["a"]}""")]
    [InlineData("""{"$ref":"#"}""", """{"type":"object","properties":{}}""")]
    public void What_can_be_said_in_one_object_is(string schema, string expected)
    {
        var shown = ShownSchema.Of(JsonElement.Parse(schema));

        Assert.Equal((expected, null), (shown.Schema.GetRawText(), shown.Besides));
    }

    [Theory]
    [InlineData(
        """{"type":"object","properties":{"route":{},"file":{}},"anyOf":[{"required":["route"]},{"required":["file"]}]}""",
        """{"type":"object","properties":{"route":{},"file":{}}}""",
        """{"anyOf":[{"required":["route"]},{"required":["file"]}]}""")]
    [InlineData(
        """{"type":"object","oneOf":[{"properties":{"id":{},"content":{}},"required":["id","content"]},{"properties":{"id":{},"url":{}},"required":["id","url"]}]}""",
        """{"type":"object","properties":{"id":{},"content":{},"url":{}},"required":["id"]}""",
        """{"oneOf":[{"properties":{"id":{},"content":{}},"required":["id","content"]},{"properties":{"id":{},"url":{}},"required":["id","url"]}]}""")]
    public void Alternatives_are_told_in_words(string schema, string expected, string besides)
    {
        var shown = ShownSchema.Of(JsonElement.Parse(schema));

        Assert.Equal(expected, shown.Schema.GetRawText());
        Assert.Equal($"The arguments together must also fit this JSON Schema: {besides}", shown.Besides);
    }
}
