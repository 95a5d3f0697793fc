using System.Text;

namespace Tasklight.Protocol.Tests;

public sealed class WireReaderTests
{
    [Theory]
    [InlineData("{")]
    [InlineData("""{"input": {"text": "x"},}""")]
    [InlineData("""{"input": {"text": "x"}} trailing""")]
    [InlineData("""{"input": {"text": "x"}} {}""")]
    [InlineData("""{"input": {/* comment */}}""")]
    [InlineData("{'input': 1}")]
    [InlineData("{\"input\": {\"text\": \"\u0001\"}}")]
    [InlineData("""{"input": {"text": "\ud"}}""")]
    public void What_is_no_JSON_is_malformed(string body)
    {
        var result = Wire.Parse(body, ProtocolJson.Default.CreateTaskRequest);

        Assert.True(result.IsMalformed);
        Assert.Equal(FieldErrorTypes.InvalidJson, Assert.Single(result.Errors).Type);
        Assert.StartsWith("body: The body is not valid JSON at line 1, byte ", result.Errors[0].ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData(" \r\n")]
    public void Nothing_is_malformed_and_told_as_such(string body)
    {
        var result = Wire.Parse(body, ProtocolJson.Default.CreateTaskRequest);

        Assert.True(result.IsMalformed);
        Assert.Equal(FieldErrorTypes.InvalidJson, Assert.Single(result.Errors).Type);
        Assert.Equal("body: The body is empty: send JSON.", result.Errors[0].ToString());
    }

    [Fact]
    public void Bytes_that_are_not_UTF8_are_malformed()
    {
        var result = WireReader.Parse((byte[])[.. "{\"input\":{\"text\":\""u8, 0xff, .. "\"}}"u8], ProtocolJson.Default.CreateTaskRequest);

        Assert.True(result.IsMalformed);
        Assert.Equal("body: The body is not UTF-8.", Assert.Single(result.Errors).ToString());
    }

    [Theory]
    [InlineData(62, true)]
    [InlineData(63, false)]
    public void A_body_may_be_64_levels_deep(int levelsInside, bool isValid)
    {
        var nested = string.Concat(Enumerable.Repeat("{\"a\":", levelsInside)) + "1" + new string('}', levelsInside);
        var body = $$$"""{"input": {"text": "x"}, "payload_extension": {"deep": {{{nested}}}}}""";

        var result = Wire.Parse(body, ProtocolJson.Default.CreateTaskRequest);

        Assert.Equal(isValid, result.IsValid);
        Assert.Equal(!isValid, result.IsMalformed);
    }

    [Fact]
    public void What_a_body_at_the_limit_holds_can_be_read_inside_an_event()
    {
        var nested = string.Concat(Enumerable.Repeat("[", 62)) + new string(']', 62);
        var request = Wire.Parse($$$"""{"input": {}, "payload_extension": {"deep":{{{nested}}}}}""", ProtocolJson.Default.CreateTaskRequest).GetOrThrow();
        var task = Wire.Write(new AgentTaskFields { PayloadExtension = request.PayloadExtension }, ProtocolJson.Default.AgentTaskFields);

        var read = Wire.Read($$$"""{"type": "task_created", "task_id": "1", "organization_id": "2", "data": {{{task}}} }""", ProtocolJson.Default.TaskUpdateEvent);

        Assert.Equal(request.PayloadExtension!.Value.GetRawText(), read.Data.GetProperty("payload_extension").GetRawText());
    }

    [Theory]
    [InlineData("""{"input": {"text": 7}}""", "body.input.text: Expected a string, found a number.")]
    [InlineData("""{"input": {"user": {"email": true}}}""", "body.input.user.email: Expected a string, found a boolean.")]
    [InlineData("""{"input": {}, "mcp_servers": [{"use_secrets_manager": 1}]}""", "body.mcp_servers[0].use_secrets_manager: Expected true or false, found a number.")]
    [InlineData("""{"input": []}""", "body.input: Expected an object, found an array.")]
    [InlineData("""{"input": {"files": "one"}}""", "body.input.files: Expected an array, found a string.")]
    [InlineData("""{"input": {"files": ["a", {}]}}""", "body.input.files[1]: Expected a string, found an object.")]
    [InlineData("""{"input": {}, "budget": {"max_tokens": "5"}}""", "body.budget.max_tokens: Expected a number, found a string.")]
    [InlineData("""{"input": {}, "budget": {"max_depth": {}}}""", "body.budget.max_depth: Expected a number, found an object.")]
    [InlineData("""{"input": {}, "budget": {"max_cost": "x"}}""", "body.budget.max_cost: Expected a number, found a string.")]
    [InlineData("""{"input": {}, "run_locally": "yes"}""", "body.run_locally: Expected true or false, found a string.")]
    [InlineData("""{"input": {}, "priority": 1.5}""", "body.priority: Expected a whole number, found a number with a fraction or too large.")]
    [InlineData("""{"input": {}, "max_attempts": "3"}""", "body.max_attempts: Expected a whole number, found a string.")]
    [InlineData("""{"input": {}, "start_within": true}""", "body.start_within: Expected a number, found a boolean.")]
    [InlineData("""{"input": {}, "output_format": "html"}""", "body.output_format: 'html' is not one of: text, markdown, json, voice.")]
    [InlineData("""{"input": {}, "think_mode": 1}""", "body.think_mode: Expected one of the words default, harder, found a number.")]
    [InlineData("""{"input": {}, "not_before": {}}""", "body.not_before: Expected a time (ISO 8601 text or unix seconds or milliseconds), found an object.")]
    [InlineData("""{"input": {}, "mcp_servers": [{"headers": []}]}""", "body.mcp_servers[0].headers: Expected an object of strings, found an array.")]
    [InlineData("[]", "body: Expected an object, found an array.")]
    [InlineData("null", "body: Expected an object, found null.")]
    public void A_wrong_type_is_named_with_its_path_and_what_is_allowed(string body, string message)
    {
        var result = Wire.Parse(body, ProtocolJson.Default.CreateTaskRequest);

        Assert.False(result.IsMalformed);
        Assert.Equal(message, Assert.Single(result.Errors).ToString());
    }

    [Fact]
    public void All_broken_rules_are_told_at_once()
    {
        const string Body = """
            {"priority": 101, "max_attempts": 11, "max_run_seconds": 0, "start_within": -1, "payload_extension": [], "user_tokens": "x",
             "llm_reasoning_effort": "max", "id": "a/b", "mcp_servers": [null]}
            """;

        var result = Wire.Parse(Body, ProtocolJson.Default.CreateTaskRequest);

        Assert.Equal(
            [
                "body.input: Field required: an object with text, files, user.",
                "body.id: An id has at most 255 characters, without slashes and control characters, and is neither '.' nor '..'.",
                "body.payload_extension: Expected an object or null.",
                "body.user_tokens: Expected an object or null.",
                "body.mcp_servers[0]: null is not allowed in this list.",
                "body.llm_reasoning_effort: 'max' is not one of: low, medium, high, xhigh.",
                "body.priority: 101 is not between -100 and 100.",
                "body.max_attempts: 11 is not between 1 and 10.",
                "body.max_run_seconds: 0 is less than 1.",
                "body.start_within: -1 is less than 0.",
            ],
            result.Errors.Select(error => error.ToString()));
    }

    [Theory]
    [InlineData(".")]
    [InlineData("..")]
    public void An_id_that_no_address_can_name_is_refused(string id) =>
        Assert.StartsWith("body.id: ", Assert.Single(Wire.Parse($$"""{"input": {}, "id": "{{id}}"}""", ProtocolJson.Default.CreateTaskRequest).Errors).ToString(), StringComparison.Ordinal);

    [Theory]
    [InlineData("""{"input": {"text": "a\u0000b"}}""", "body.input.text")]
    [InlineData("""{"input": {"text": "a\ud800b"}}""", "body.input.text")]
    [InlineData("""{"input": {"text": "\udc00\ud800"}}""", "body.input.text")]
    [InlineData("""{"input": {"files": ["ok", "\ud83d"]}}""", "body.input.files[1]")]
    [InlineData("""{"input": {}, "payload_extension": {"a": [1, [{"b": "\u0000"}]]}}""", "body.payload_extension.a[1][0].b")]
    [InlineData("""{"input": {}, "payload_extension": {"a\u0000": 1}}""", "body.payload_extension.(unreadable key)")]
    [InlineData("""{"input": {}, "nobody_knows": "\ud800"}""", "body.nobody_knows")]
    public void NUL_and_half_characters_are_refused_with_their_path(string body, string path)
    {
        var result = Wire.Parse(body, ProtocolJson.Default.CreateTaskRequest);

        Assert.False(result.IsMalformed);
        Assert.Equal($"{path}: A NUL or half a surrogate pair is not text; remove it.", Assert.Single(result.Errors).ToString());
    }

    [Theory]
    [InlineData("""\ud83d\ude00""", "\U0001F600")]
    [InlineData("""\\u0000 \\ud800""", "\\u0000 \\ud800")]
    [InlineData("""\u00e9""", "\u00e9")]
    public void Escapes_that_spell_text_pass(string escaped, string text) =>
        Assert.Equal(text, Wire.Parse($$$"""{"input": {"text": "{{{escaped}}}"}}""", ProtocolJson.Default.CreateTaskRequest).GetOrThrow().Input.Text);

    [Fact]
    public void Mending_leaves_good_bytes_alone()
    {
        ReadOnlyMemory<byte> body = Encoding.UTF8.GetBytes("""{"a": "\\u0000 \ud83d\ude00 \n"}""");

        Assert.True(body.Equals(WireText.Mend(body)));
        Assert.Equal(
            """{"a": "\ufffd\\\ufffd \ufffd"}""",
            Encoding.UTF8.GetString(WireText.Mend(Encoding.UTF8.GetBytes("""{"a": "\u0000\\\ud800 \uDFFF"}""")).Span));
    }

    [Fact]
    public void Both_names_of_the_payload_extension_are_read_whatever_their_order()
    {
        foreach (var keys in (string[])["\"payload_extension\": null, \"tool_call_payload_extension\": {}", "\"tool_call_payload_extension\": {}, \"payload_extension\": null"])
        {
            var request = Wire.Parse($$$"""{"input": {}, {{{keys}}}}""", ProtocolJson.Default.CreateTaskRequest).GetOrThrow();

            Assert.Equal("{}", request.PayloadExtension?.GetRawText());
            Assert.DoesNotContain("tool_call", Wire.Write(request, ProtocolJson.Default.CreateTaskRequest), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_user_needs_an_email() =>
        Assert.Equal(
            "body.input.user.email: Field required: a user has an email.",
            Assert.Single(Wire.Parse("""{"input": {"user": {"id": "u"}}}""", ProtocolJson.Default.CreateTaskRequest).Errors).ToString());

    [Fact]
    public void Only_an_invoke_needs_text_or_files()
    {
        Assert.True(Wire.Parse("""{"input": {"text": ""}}""", ProtocolJson.Default.CreateTaskRequest).IsValid);
        Assert.True(Wire.Parse("""{"input": {"files": ["https://a"]}}""", ProtocolJson.Default.InvokeRequest).IsValid);
        Assert.Equal("body.input.text: Text or files are required.", Assert.Single(Wire.Parse("""{"input": {"text": null}}""", ProtocolJson.Default.InvokeRequest).Errors).ToString());
    }

    [Fact]
    public void Rules_of_the_items_of_a_list_name_the_item()
    {
        const string Body = """[{"type": "chunk", "task_id": "1", "organization_id": "2"}, {"type": "chunk", "organization_id": "2"}, null]""";

        var errors = Wire.Parse(Body, ProtocolJson.Default.IReadOnlyListTaskUpdateEvent).Errors;

        Assert.Equal(
            ["body[2]: null is not allowed in this list.", "body[1].task_id: Field required: a text that is not empty."],
            errors.Select(error => error.ToString()));
        Assert.Equal("body: Expected an array, found an object.", Wire.Parse("{}", ProtocolJson.Default.IReadOnlyListTaskUpdateEvent).Errors[0].ToString());
    }

    [Fact]
    public void A_result_that_is_not_valid_can_be_thrown()
    {
        var problem = Assert.Throws<ProtocolException>(() => Wire.Parse("{}", ProtocolJson.Default.CreateTaskRequest).GetOrThrow());

        Assert.Equal("body.input: Field required: an object with text, files, user.", problem.Message);
    }
}
