using System.Diagnostics;
using System.Text.Json;
using Tasklight.Agents.Schema;

namespace Tasklight.Agents.Tests.Schema;

public sealed class JsonSchemaTests
{
    private const string Person = """
        {
          "type": "object",
          "properties": {
            "name": { "type": "string", "minLength": 2 },
            "age": { "type": "integer", "minimum": 0 },
            "mood": { "enum": ["good", "bad"] },
            "tags": { "type": "array", "items": { "type": "string" }, "uniqueItems": true }
          },
          "required": ["name"],
          "additionalProperties": false
        }
        """;

    [Theory]
    [InlineData("""{"age":3}""", "", "/required", "lacks the required property 'name'")]
    [InlineData("""{"name":"Ada","age":"3"}""", "/age", "/properties/age/type", "is a string (\"3\"), but must be an integer")]
    [InlineData("""{"name":"Ada","age":-1}""", "/age", "/properties/age/minimum", "is -1, but must be at least 0")]
    [InlineData("""{"name":"A"}""", "/name", "/properties/name/minLength", "has 1 characters, but must have at least 2")]
    [InlineData("""{"name":"Ada","mood":"so"}""", "/mood", "/properties/mood/enum", "is \"so\", but must be one of \"good\", \"bad\"")]
    [InlineData("""{"name":"Ada","nam":1}""", "", "/additionalProperties", "has the unknown property 'nam'; allowed are 'name', 'age', 'mood', 'tags'")]
    [InlineData("""{"name":"Ada","tags":["a","b","a"]}""", "/tags", "/properties/tags/uniqueItems", "has the same item twice, at 0 and 2")]
    [InlineData("[]", "", "/type", "is an array, but must be an object")]
    public void A_violation_says_where_and_what_was_wanted(string value, string instance, string rule, string message)
    {
        var violation = Assert.Single(Violations(Person, value));

        Assert.Equal(new SchemaViolation(instance, rule, message), violation);
    }

    [Fact]
    public void A_value_of_no_allowed_form_is_told_what_the_closest_one_misses()
    {
        const string schema = """
            {"oneOf":[
              {"type":"string"},
              {"type":"object","properties":{"kind":{"const":"a"},"x":{"type":"integer"}},"required":["kind","x"]},
              {"type":"object","properties":{"kind":{"const":"b"},"y":{"type":"integer"},"z":{"type":"integer"}},"required":["kind","y","z"]}]}
            """;

        Assert.Equal(
            ["(the whole value): is of none of the 3 allowed forms; what the closest one misses follows", "/x: is a string (\"1\"), but must be an integer"],
            Violations(schema, """{"kind":"a","x":"1"}""").Select(violation => violation.ToString()));
    }

    [Fact]
    public void Paths_are_json_pointers() =>
        Assert.Equal("/a~1b/0/~0", Assert.Single(Violations("""{"type":"object","additionalProperties":{"items":{"additionalProperties":{"type":"null"}}}}""", """{"a/b":[{"~":1}]}""")).InstancePath);

    [Fact]
    public void Format_and_content_are_annotations() =>
        Assert.Empty(Violations("""{"format":"email","contentEncoding":"base64","contentMediaType":"application/json"}""", "\"no\""));

    [Fact]
    public void A_long_list_of_violations_is_cut() =>
        Assert.Equal(25, Violations("""{"items":{"type":"string"}}""", JsonSerializer.Serialize(Enumerable.Range(0, 1000))).Count);

    [Theory]
    [InlineData("1", "is a number (1), but must be an object or a boolean")]
    [InlineData("""{"type":"text"}""", "/type")]
    [InlineData("""{"items":[{"type":"string"}]}""", "/items")]
    [InlineData("""{"minLength":-1}""", "/minLength")]
    [InlineData("""{"$ref":"#/$defs/nobody"}""", "'#/$defs/nobody' at /$ref refers to a place that is not there")]
    [InlineData("""{"properties":{"a":{"$ref":"https://example.org/a.json"}}}""", "'https://example.org/a.json' at /properties/a/$ref refers to a schema that is not there; nothing is fetched")]
    [InlineData("""{"pattern":"("}""", "The regular expression at /pattern cannot be read")]
    public void A_schema_that_cannot_be_used_is_refused_with_the_place(string schema, string message)
    {
        var refused = Assert.Throws<SchemaException>(() => JsonSchema.Parse(Json(schema)));

        Assert.Contains(message, refused.Message);
    }

    [Fact]
    public void A_schema_may_refer_to_the_documents_given()
    {
        var documents = new Dictionary<string, JsonElement> { ["https://example.org/size.json"] = Json("""{"$defs":{"big":{"$anchor":"big","minimum":10}}}""") };
        var schema = JsonSchema.Parse(Json("""{"$ref":"https://example.org/size.json#big"}"""), documents);

        Assert.Empty(schema.Validate(Json("10")));
        Assert.Equal("https://example.org/size.json#/$defs/big/minimum", Assert.Single(schema.Validate(Json("9"))).SchemaPath);
    }

    [Theory]
    [InlineData("""{"$ref":"#"}""", "1")]
    [InlineData("""{"$defs":{"a":{"$ref":"#/$defs/b"},"b":{"$ref":"#/$defs/a"}},"$ref":"#/$defs/a"}""", "1")]
    [InlineData("""{"anyOf":[{"$ref":"#"},{"$ref":"#"},{"type":"string"}]}""", "1")]
    public void A_schema_without_end_is_a_violation(string schema, string value) => Assert.Contains("cannot be checked", Assert.Single(Violations(schema, value)).Message);

    [Fact]
    public void A_schema_that_doubles_with_each_level_is_given_up()
    {
        var levels = string.Join(",", Enumerable.Range(0, 40).Select(level => $$"""
            "l{{level}}":{"allOf":[{"$ref":"#/$defs/l{{level + 1}}"},{"$ref":"#/$defs/l{{level + 1}}"}]}
            """));

        var violation = Assert.Single(Violations($$"""{"$defs":{ {{levels}},"l40":true},"$ref":"#/$defs/l0"}""", "1"));

        Assert.Contains("takes more than", violation.Message);
    }

    [Theory]
    [InlineData("^(a+)+$", "(a+)+ in linear time")]
    [InlineData("^(?=(a+)+$)(a+)+b$", "with look-ahead, given up in time")]
    [InlineData("^(a|a?)+$", "alternatives that overlap")]
    public void A_regular_expression_cannot_blow_up(string pattern, string why)
    {
        var since = Stopwatch.StartNew();

        var violations = Violations(JsonSerializer.Serialize(new { pattern }), JsonSerializer.Serialize(new string('a', 50_000) + "!"));

        Assert.Single(violations);
        Assert.True(since.Elapsed < TimeSpan.FromSeconds(30), why);
    }

    [Theory]
    [InlineData("""{"type":"integer"}""", "1e1000000000000", true)]
    [InlineData("""{"maximum":1e400}""", "1e401", false)]
    [InlineData("""{"multipleOf":7}""", "1e1000000000", false)]
    [InlineData("""{"multipleOf":0.1}""", "1.1", true)]
    [InlineData("""{"maximum":9007199254740993}""", "9007199254740994", false)]
    [InlineData("""{"const":1}""", "1.0", true)]
    public void Numbers_are_compared_exactly_and_at_once(string schema, string value, bool valid) => Assert.Equal(valid, Violations(schema, value).Count == 0);

    [Fact]
    public void Deep_values_are_checked_as_far_as_the_limit_and_no_further()
    {
        var value = JsonDocument.Parse(new string('[', 2000) + new string(']', 2000), new() { MaxDepth = 5000 }).RootElement;

        var violation = Assert.Single(JsonSchema.Parse(Json("""{"items":{"$ref":"#"}}""")).Validate(value));

        Assert.Contains("nested deeper than", violation.Message);
    }

    [Fact]
    public void Half_a_surrogate_pair_is_a_violation() =>
        Assert.Contains("not Unicode", Assert.Single(Violations("""{"minLength":1}""", "\"\\ud800\"")).Message);

    [Fact]
    public void A_schema_that_names_an_older_draft_is_read_as_2020_12() =>
        Assert.Single(Violations("""{"$schema":"http://json-schema.org/draft-07/schema#","type":"string"}""", "1"));

    [Fact]
    public void A_large_list_is_checked_for_doubles_in_one_pass()
    {
        var since = Stopwatch.StartNew();

        Assert.Empty(Violations("""{"uniqueItems":true}""", JsonSerializer.Serialize(Enumerable.Range(0, 100_000))));
        Assert.True(since.Elapsed < TimeSpan.FromSeconds(30));
    }

    private static IReadOnlyList<SchemaViolation> Violations(string schema, string value) => JsonSchema.Parse(Json(schema)).Validate(Json(value));

    private static JsonElement Json(string text) => JsonDocument.Parse(text).RootElement;
}
