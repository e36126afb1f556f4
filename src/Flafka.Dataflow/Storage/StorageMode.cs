namespace Flafka.Dataflow;

/// <summary>How a file is opened.</summary>
public enum StorageMode
{
    /// <summary>For reading; the file must exist. Others may write, rename and delete it.</summary>
    Read,

    /// <summary>For writing; the file must not exist.</summary>
    CreateNew,

    /// <summary>For writing; an existing file is emptied.</summary>
    Create,

    /// <summary>For reading and writing; made when it is missing.</summary>
    OpenOrCreate,
}
