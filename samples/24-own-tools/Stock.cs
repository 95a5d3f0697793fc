using System.ComponentModel;
using Tasklight.Agents.Tools;
using Tasklight.Sdk;

namespace OwnTools;

/// <summary>What the model may call; a real one would ask a database.</summary>
internal sealed class Stock
{
    private readonly Lock _gate = new();
    private int _lunas = 3;

    #region README tool
    [Tool("Says how many lamps of a kind are in stock.")]
    public int InStock([Description("The lamp's name.")] string lamp)
    {
        lock (_gate)
        {
            return IsLuna(lamp) ? _lunas : 0;
        }
    }
    #endregion

    // A person approves each call. The task is filled in, and no argument of the model's; the sentence of an exception is what the model reads.
    [Tool("Sets lamps aside for the customer.", RequiresApproval = true)]
    public string SetAside(string lamp, [Description("How many, from 1.")] int pieces, AgentTask task)
    {
        lock (_gate)
        {
            if (!IsLuna(lamp) || pieces < 1 || pieces > _lunas)
            {
                throw new InvalidOperationException($"There are not {pieces} of '{lamp}' to set aside.");
            }

            _lunas -= pieces;
            return $"{pieces} of '{lamp}' are set aside for task {task.Id}; {_lunas} are left.";
        }
    }

    private static bool IsLuna(string lamp) => lamp.Equals("Luna", StringComparison.OrdinalIgnoreCase);
}
