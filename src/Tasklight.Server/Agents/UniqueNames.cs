using System.Security.Cryptography;
using System.Text;

namespace Tasklight.Server.Agents;

/// <summary>Made-up names: two words to remember and four digits to be unique.</summary>
static class UniqueNames
{
    static readonly string[] Colours =
        ["amber", "azure", "bronze", "cobalt", "copper", "coral", "crimson", "golden", "indigo", "ivory", "jade", "olive", "pearl", "ruby", "silver", "teal"];

    static readonly string[] Animals =
        ["badger", "crane", "falcon", "gecko", "heron", "ibis", "lynx", "marten", "newt", "otter", "panda", "raven", "seal", "tapir", "walrus", "wren"];

    public static string For(string id)
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(id));
        return $"{Colours[hash[0] % Colours.Length]}-{Animals[hash[1] % Animals.Length]}-{hash[2]:x2}{hash[3]:x2}";
    }
}
