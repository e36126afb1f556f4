// Reads files with libraries that know nothing of ours. Standard input: [{reader, path, doubles}]; standard output: one line for each file,
// {"rows": [[cell, ...], ...]} or {"error": "..."}. A cell is null, true, false or a text: whole numbers and timestamps (ms) in decimals, the names in
// `doubles` as the hexadecimal bits, bytes in hexadecimal, strings behind a '='. A map is a list of such pairs, by name.
import { readFileSync } from 'node:fs'
import { crc32, inflateRawSync } from 'node:zlib'

const bitsOf = number => {
  if (Number.isNaN(number)) return '7ff8000000000000' // there are many, all alike
  const view = new DataView(new ArrayBuffer(8))
  view.setFloat64(0, number)
  return view.getBigUint64(0).toString(16).padStart(16, '0')
}
const pairs = list => list.map(([k, v]) => [cell(k), cell(v)]).sort((a, b) => (a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : 0))
const cell = (value, isDouble) =>
  value === null || value === undefined ? null
    : typeof value === 'boolean' ? value
      : isDouble ? bitsOf(value)
        : typeof value === 'string' ? '=' + value
          : typeof value === 'number' || typeof value === 'bigint' ? value.toString()
            : value instanceof Uint8Array ? Buffer.from(value).toString('hex')
              : value instanceof Date ? value.getTime().toString()
                : value.bytes instanceof Uint8Array ? Buffer.from(value.bytes).toString('hex') // DuckDB's blob
                  : value.micros !== undefined ? (value.micros / 1000n).toString() // its timestamps
                    : value.millis !== undefined ? value.millis.toString()
                      : Array.isArray(value.entries) ? pairs(value.entries.map(e => [e.key, e.value]))
                        : pairs(Object.entries(value))

const readers = {
  async avsc({ path }) {
    const { default: avro } = await import('avsc')
    const { snappyUncompress } = await import('hysnappy')
    const codecs = {
      null: (data, done) => done(null, data),
      deflate: (data, done) => done(null, inflateRawSync(data)),
      snappy: (data, done) => {
        let length = 0
        for (let i = 0, shift = 0; ; i++, shift += 7) {
          length |= (data[i] & 127) << shift
          if (data[i] < 128) break
        }
        const plain = Buffer.from(snappyUncompress(data.subarray(0, -4), length))
        done(crc32(plain) === data.readUInt32BE(data.length - 4) ? null : new Error('wrong check sum'), plain)
      },
    }
    const rows = []
    const decoder = new avro.streams.BlockDecoder({ codecs })
    return await new Promise((resolve, reject) => {
      decoder.on('data', row => rows.push((typeof row === 'object' ? Object.values(row) : [row]).map(value => cell(value))))
      decoder.on('error', reject).on('end', () => resolve(rows))
      decoder.end(readFileSync(path))
    })
  },
  async hyparquet({ path, doubles }) {
    const { parquetMetadata, parquetReadObjects, parquetSchema } = await import('hyparquet')
    const { compressors } = await import('hyparquet-compressors')
    const bytes = readFileSync(path)
    const file = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length)
    const names = parquetSchema(parquetMetadata(file)).children.map(child => child.element.name)
    const rows = await parquetReadObjects({ file, compressors, utf8: false })
    return rows.map(row => names.map(name => cell(row[name], doubles.includes(name))))
  },
  async duckdb({ path, doubles }) {
    const { DuckDBInstance } = await import('@duckdb/node-api')
    const connection = await (await DuckDBInstance.create()).connect()
    const result = await connection.runAndReadAll(`select * from read_parquet('${path.replaceAll("'", "''")}')`)
    const names = result.columnNames()
    return result.getRows().map(row => row.map((value, i) => cell(value, doubles.includes(names[i]))))
  },
  // What else DuckDB says of a file: the answers to a query, as text.
  async query({ path }) {
    const { DuckDBInstance } = await import('@duckdb/node-api')
    const connection = await (await DuckDBInstance.create()).connect()
    const result = await connection.runAndReadAll(path)
    return result.getRows().map(row => row.map(value => (value === null ? null : String(value))))
  },
}

for (const job of JSON.parse(readFileSync(0, 'utf8'))) {
  let answer
  try {
    answer = { rows: await readers[job.reader](job) }
  } catch (failure) {
    answer = { error: `${job.reader}: ${failure.stack ?? failure}` }
  }
  process.stdout.write(JSON.stringify(answer) + '\n')
}
