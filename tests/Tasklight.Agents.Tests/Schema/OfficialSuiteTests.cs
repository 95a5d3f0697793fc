using Tasklight.Agents.Schema;

namespace Tasklight.Agents.Tests.Schema;

public sealed class OfficialSuiteTests
{
    [Theory]
    [MemberData(nameof(OfficialSuite.Files), MemberType = typeof(OfficialSuite))]
    public void Every_required_vector_has_its_answer(string file)
    {
        var wrong = new List<string>();
        foreach (var group in OfficialSuite.Read(file).EnumerateArray())
        {
            var name = group.GetProperty("description").GetString();
            try
            {
                var schema = JsonSchema.Parse(group.GetProperty("schema"), OfficialSuite.Remotes);
                wrong.AddRange(group.GetProperty("tests").EnumerateArray()
                    .Where(test => (schema.Validate(test.GetProperty("data")).Count == 0) != test.GetProperty("valid").GetBoolean())
                    .Select(test => $"{name}: {test.GetProperty("description")}"));
            }
            catch (SchemaException e)
            {
                wrong.Add($"{name}: {e.Message}");
            }
        }

        Assert.Empty(wrong);
    }
}
