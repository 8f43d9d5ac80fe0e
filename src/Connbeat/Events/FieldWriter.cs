using System.Text.Json;
using Connbeat.Linux;

namespace Connbeat.Events;

/// <summary>
/// Writes the fields of an event that its mask does not hide, each where its value is known. An object all of whose
/// fields are hidden is left out. Without a mask, each field costs one comparison more than it would.
/// </summary>
internal sealed class FieldWriter(Utf8JsonWriter json)
{
    private const int Deepest = 8;

    private readonly Level[] _outer = new Level[Deepest];
    private Level _inner; // the object that is being written
    private bool _isMasked;
    private int _depth;

    /// <summary>Begins in the root of an event.</summary>
    public void Begin(FieldMask? mask)
    {
        _isMasked = mask is not null;
        if (_isMasked)
        {
            _depth = 0;
            _inner = new Level { Mask = mask, IsStarted = true };
        }
    }

    /// <summary>False where nothing of a field is written, so that its value need not be found out.</summary>
    public bool Shows(FieldName name) => !_isMasked || !ReferenceEquals(MaskOf(name), FieldMask.Everything);

    /// <summary>True where all of a field is written.</summary>
    public bool ShowsWhole(FieldName name) => !_isMasked || MaskOf(name) is null;

    /// <summary>Begins an object, which is written as soon as a field of it is.</summary>
    public void StartObject(FieldName name)
    {
        if (!_isMasked)
        {
            json.WriteStartObject(name.Text);
            return;
        }

        FieldMask? mask = MaskOf(name);
        _outer[_depth++] = _inner;
        _inner = new Level { Mask = mask, Name = name };
        if (mask is null)
        {
            Start();
        }
    }

    /// <summary>Ends the object that was begun last.</summary>
    public void EndObject()
    {
        if (!_isMasked)
        {
            json.WriteEndObject();
            return;
        }

        if (!_inner.IsStarted && (_inner.HasHidden || _inner.Mask is { HidesOthers: true }))
        {
            _inner = _outer[--_depth];
            _inner.HasHidden = true;
            return;
        }

        Start();
        json.WriteEndObject();
        _inner = _outer[--_depth];
    }

    /// <inheritdoc cref="KnownFields.Text"/>
    public void Text(FieldName name, string? value)
    {
        if (value is not null && Admits(name))
        {
            json.WriteString(name.Text, value);
        }
    }

    /// <summary>A string that was escaped before.</summary>
    public void Text(FieldName name, JsonEncodedText value)
    {
        if (Admits(name))
        {
            json.WriteString(name.Text, value);
        }
    }

    /// <summary>A string in UTF-8.</summary>
    public void Text(FieldName name, ReadOnlySpan<byte> value)
    {
        if (Admits(name))
        {
            json.WriteString(name.Text, value);
        }
    }

    /// <inheritdoc cref="KnownFields.Texts"/>
    public void Texts(FieldName name, IReadOnlyList<string> values)
    {
        if (Admits(name))
        {
            json.Texts(name, values);
        }
    }

    /// <inheritdoc cref="KnownFields.Number"/>
    public void Number(FieldName name, long? value)
    {
        if (value is { } number && Admits(name))
        {
            json.WriteNumber(name.Text, number);
        }
    }

    /// <inheritdoc cref="KnownFields.Boolean"/>
    public void Boolean(FieldName name, bool? value)
    {
        if (value is { } boolean && Admits(name))
        {
            json.WriteBoolean(name.Text, boolean);
        }
    }

    /// <inheritdoc cref="KnownFields.Time(Utf8JsonWriter, JsonEncodedText, DateTimeOffset?)"/>
    public void Time(FieldName name, DateTimeOffset? value)
    {
        if (value is { } time && Admits(name))
        {
            json.Time(name, time);
        }
    }

    /// <inheritdoc cref="KnownFields.Address"/>
    public void Address(FieldName name, InetAddress value)
    {
        if (Admits(name))
        {
            json.Address(name, value);
        }
    }

    /// <inheritdoc cref="KnownFields.Id"/>
    public void Id(FieldName name, EventId value)
    {
        if (Admits(name))
        {
            json.Id(name, value);
        }
    }

    /// <summary>The object <c>error</c> with the name of an errno.</summary>
    public void Error(string? code)
    {
        if (code is not null)
        {
            StartObject(FieldNames.Error);
            Text(FieldNames.Code, code);
            EndObject();
        }
    }

    /// <summary>A value in JSON that is written whole or not at all.</summary>
    public void Raw(FieldName name, ReadOnlySpan<byte> value)
    {
        if (Admits(name))
        {
            json.Raw(name, value);
        }
    }

    /// <summary>A value that is kept, or what is left of it.</summary>
    public void Value(FieldName name, EncodedValue value)
    {
        ReadOnlySpan<byte> left = value.Json;
        if (_isMasked && !TryMask(MaskOf(name), value, out left))
        {
            return;
        }

        json.Raw(name, left);
    }

    /// <inheritdoc cref="Value(FieldName, EncodedValue)"/>
    public void Value(string name, EncodedValue value)
    {
        ReadOnlySpan<byte> left = value.Json;
        if (_isMasked && !TryMask(_inner.Mask?.Under(name), value, out left))
        {
            return;
        }

        json.WritePropertyName(name);
        json.WriteRawValue(left, skipInputValidation: true);
    }

    private FieldMask? MaskOf(FieldName name) => _inner.Mask?.Member(name);

    private bool TryMask(FieldMask? mask, EncodedValue value, out ReadOnlySpan<byte> left)
    {
        left = mask is null ? value.Json : value.Under(mask);
        if (left.IsEmpty)
        {
            _inner.HasHidden = true;
            return false;
        }

        Start();
        return true;
    }

    private bool Admits(FieldName name)
    {
        if (!_isMasked)
        {
            return true;
        }

        if (MaskOf(name) is { HidesOthers: true })
        {
            _inner.HasHidden = true;
            return false;
        }

        Start();
        return true;
    }

    /// <summary>Writes the beginnings that still wait for a first field.</summary>
    private void Start()
    {
        if (_inner.IsStarted)
        {
            return;
        }

        for (int depth = 0; depth < _depth; depth++)
        {
            Start(ref _outer[depth]);
        }

        Start(ref _inner);
    }

    private void Start(ref Level level)
    {
        if (!level.IsStarted)
        {
            json.WriteStartObject(level.Name!.Text); // the root, which has none, is started
            level.IsStarted = true;
        }
    }

    /// <summary>An object that was begun.</summary>
    private struct Level
    {
        public FieldName? Name;
        public FieldMask? Mask;
        public bool IsStarted;
        public bool HasHidden;
    }
}
