namespace Tasklight.Agents.Models;

/// <summary>What of a request a provider's refusal is about, as far as its words tell.</summary>
[Flags]
internal enum RefusedParts
{
    None = 0,

    /// <summary>An image or document, which it cannot load or read.</summary>
    Files = 1,

    /// <summary>Thoughts of the model, which it does not take back.</summary>
    Thoughts = 2,

    /// <summary>The form of the answer, which the model cannot be held to.</summary>
    Form = 4,
}
