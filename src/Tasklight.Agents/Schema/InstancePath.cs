using System.Text;

namespace Tasklight.Agents.Schema;

/// <summary>Where a check is in the value: built on the way, written out only for a violation. Null is the whole value.</summary>
internal sealed record InstancePath(InstancePath? Parent, string Step)
{
    public static string Text(InstancePath? path)
    {
        var steps = new Stack<string>();
        for (; path is not null; path = path.Parent)
            steps.Push(path.Step);

        var text = new StringBuilder();
        foreach (var step in steps)
            text.Append('/').Append(Escape(step));

        return text.ToString();
    }

    public static string Escape(string step) => step.Replace("~", "~0").Replace("/", "~1");
}
