using Tasklight.Agents.Models;

namespace Tasklight.Agents.Runtime;

/// <summary>
/// What a run leaves out of its requests because the provider refused it, and can do without: a dead link or an old thought must not end a thread for
/// good. What was asked for in so many words (an effort, a temperature) is not given up: the refusal says so.
/// </summary>
internal sealed class Concessions(FileContents files, bool hasForm)
{
    /// <summary>The model's thoughts are not shown to it again.</summary>
    public bool HidesThoughts { get; private set; }

    /// <summary>The provider is told the form of the answer. The model reads it in any case, and it is checked here.</summary>
    public bool ShowsForm { get; private set; } = hasForm;

    /// <summary>Gives up what the refusal is about.</summary>
    /// <returns>False when there is nothing to give up: the refusal is final.</returns>
    public bool Make(ModelException refusal)
    {
        if (refusal.About.HasFlag(RefusedParts.Files) && files.Withhold())
        {
            return true;
        }

        if (refusal.About.HasFlag(RefusedParts.Thoughts) && !HidesThoughts)
        {
            HidesThoughts = true;
            return true;
        }

        if (refusal.About.HasFlag(RefusedParts.Form) && ShowsForm)
        {
            ShowsForm = false;
            return true;
        }

        return false;
    }
}
