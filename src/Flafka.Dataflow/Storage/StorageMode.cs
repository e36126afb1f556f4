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

    /// <summary>
    /// As <see cref="OpenOrCreate"/>, for one holder at a time: an <see cref="IOException"/> while another, in this process or another one, has it
    /// open this way. Ends with the holder, also when that is killed.
    /// </summary>
    Exclusive,
}
