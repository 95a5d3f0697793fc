using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace Tasklight.Sdk.Tests.PublicApi;

/// <summary>Everything that users of an assembly can name, a line each, sorted: types with their bases, then their own members.</summary>
internal static class ApiListing
{
    private const BindingFlags Own = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    private static readonly NullabilityInfoContext Nullability = new();

    /// <summary>Fails when users can name something else than <c>PublicApi.txt</c> beside the project lists.</summary>
    public static void Check(Assembly assembly) => Check(assembly, FileBeside(assembly));

    private static string FileBeside(Assembly assembly, [CallerFilePath] string here = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "../../../src", assembly.GetName().Name!, "PublicApi.txt"));

    private static void Check(Assembly assembly, string path)
    {
        var found = string.Concat(Of(assembly).Select(line => line + "\n"));
        if (Environment.GetEnvironmentVariable("TASKLIGHT_WRITE_PUBLIC_API") == "1")
        {
            File.WriteAllText(path, found);
        }

        var listed = File.Exists(path) ? File.ReadAllText(path) : "";
        var (added, removed) = (found.Split('\n').Except(listed.Split('\n'), StringComparer.Ordinal), listed.Split('\n').Except(found.Split('\n'), StringComparer.Ordinal));
        Assert.True(
            found == listed,
            $"The public API of {assembly.GetName().Name} is not what {path} lists. If the change is wanted, run with TASKLIGHT_WRITE_PUBLIC_API=1.\n"
            + string.Concat(added.Select(line => $"+ {line}\n")) + string.Concat(removed.Select(line => $"- {line}\n")));
    }

    private static IEnumerable<string> Of(Assembly assembly) =>
        assembly.GetExportedTypes().SelectMany(type => Members(type).Prepend(Head(type))).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal);

    private static string Head(Type type)
    {
        var kind = type switch
        {
            { IsEnum: true } => "enum",
            { IsInterface: true } => "interface",
            { IsValueType: true } => "struct",
            { IsAbstract: true, IsSealed: true } => "static class",
            { IsAbstract: true } => "abstract class",
            { IsSealed: true } => "sealed class",
            _ => "class",
        };
        var bases = type.GetInterfaces().Where(face => face.IsPublic).Select(Name).Order(StringComparer.Ordinal);
        var all = type.BaseType is { } parent && parent != typeof(object) && parent != typeof(ValueType) && parent != typeof(Enum) ? bases.Prepend(Name(parent)) : bases;
        return $"{Name(type)} ({kind}{string.Concat(all.Select((one, index) => (index == 0 ? " : " : ", ") + one))})";
    }

    private static IEnumerable<string> Members(Type type) => type.GetMembers(Own).Select(member => member switch
    {
        FieldInfo { IsPublic: true, IsSpecialName: false } field when type.IsEnum => $"{Name(type)}.{field.Name} = {Convert.ToInt64(field.GetRawConstantValue(), CultureInfo.InvariantCulture)}",
        FieldInfo { IsPublic: true } field => $"{Name(type)}.{field.Name} : {Name(field.FieldType)}{(field.IsLiteral ? $" = {field.GetRawConstantValue()}" : "")}",
        PropertyInfo property when Accessors(property) is { Length: > 0 } accessors =>
            $"{Name(type)}.{property.Name} : {Name(property.PropertyType)}{Mark(property)} {{ {accessors}}}",
        ConstructorInfo constructor when IsSeen(constructor) => $"{Name(type)}.new({Parameters(constructor)})",
        MethodInfo { IsSpecialName: false } method when IsSeen(method) && !method.IsDefined(typeof(CompilerGeneratedAttribute)) =>
            $"{Name(type)}.{method.Name}{Generics(method.GetGenericArguments())}({Parameters(method)}) : {Name(method.ReturnType)}{(method.IsStatic ? " (static)" : "")}",
        _ => null,
    }).OfType<string>();

    private static bool IsSeen(MethodBase? method) => method is { IsPublic: true } or { IsFamily: true } or { IsFamilyOrAssembly: true };

    private static string Accessors(PropertyInfo property)
    {
        var isInit = property.SetMethod?.ReturnParameter.GetRequiredCustomModifiers().Contains(typeof(IsExternalInit)) == true;
        return (IsSeen(property.GetMethod) ? "get; " : "") + (IsSeen(property.SetMethod) ? isInit ? "init; " : "set; " : "");
    }

    private static string Mark(PropertyInfo property) =>
        !property.PropertyType.IsValueType && Nullability.Create(property).ReadState == NullabilityState.Nullable ? "?" : "";

    private static string Parameters(MethodBase method) => string.Join(", ", method.GetParameters().Select(parameter =>
        $"{Name(parameter.ParameterType)}{(!parameter.ParameterType.IsValueType && Nullability.Create(parameter).WriteState == NullabilityState.Nullable ? "?" : "")} {parameter.Name}"
        + (parameter.HasDefaultValue ? $" = {parameter.DefaultValue ?? "default"}" : "")));

    private static string Generics(Type[] arguments) => arguments.Length == 0 ? "" : $"<{string.Join(", ", arguments.Select(Name))}>";

    private static string Name(Type type)
    {
        if (Nullable.GetUnderlyingType(type) is { } value)
        {
            return Name(value) + "?";
        }

        if (type.IsArray)
        {
            return Name(type.GetElementType()!) + "[]";
        }

        var name = type.Name.Split('`')[0];
        return (type.IsNested && !type.IsGenericParameter ? Name(type.DeclaringType!) + "." : "") + name + Generics(type.IsGenericParameter ? [] : type.GetGenericArguments());
    }
}
