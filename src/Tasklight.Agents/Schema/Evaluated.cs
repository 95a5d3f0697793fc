namespace Tasklight.Agents.Schema;

/// <summary>Which properties and items of one value some schema has looked at: what <c>unevaluatedProperties</c> and <c>unevaluatedItems</c> leave alone.</summary>
internal sealed class Evaluated
{
    private HashSet<string>? _properties;
    private HashSet<int>? _items;
    private int _itemsBelow;

    public void Property(string name) => (_properties ??= new(StringComparer.Ordinal)).Add(name);

    public void Item(int index) => (_items ??= []).Add(index);

    public void ItemsBelow(int index) => _itemsBelow = Math.Max(_itemsBelow, index);

    public bool HasProperty(string name) => _properties?.Contains(name) ?? false;

    public bool HasItem(int index) => index < _itemsBelow || (_items?.Contains(index) ?? false);

    public void Add(Evaluated other)
    {
        if (other._properties is not null)
            (_properties ??= new(StringComparer.Ordinal)).UnionWith(other._properties);

        if (other._items is not null)
            (_items ??= []).UnionWith(other._items);

        ItemsBelow(other._itemsBelow);
    }
}
