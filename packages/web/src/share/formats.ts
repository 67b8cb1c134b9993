import type { ShareColumn, ShareTable } from './tables.ts'

export const FORMATS = ['csv', 'json', 'parquet'] as const
export type Format = (typeof FORMATS)[number]

/** What a file says about itself: source, time, coverage, what is estimated. */
export type ShareFacts = Readonly<Record<string, string | number | boolean | null>>

/** A table as a file. Parquet's library is loaded when it is first asked for. */
export async function fileOf(table: ShareTable, facts: ShareFacts, format: Format): Promise<Blob> {
  switch (format) {
    case 'csv':
      return new Blob([csvOf(table)], { type: 'text/csv;charset=utf-8' })
    case 'json':
      return new Blob([jsonOf(table, facts)], { type: 'application/json' })
    case 'parquet':
      return new Blob([await parquetOf(table, facts)], { type: 'application/vnd.apache.parquet' })
  }
}

/** RFC 4180, ISO 8601 times, every digit of a number, nothing where nothing is known. */
export function csvOf({ columns, rows }: ShareTable): string {
  const lines = [columns.map(({ name }) => name).join()]
  for (let row = 0; row < rows; row++) lines.push(columns.map((column) => csvCell(plain(column, row))).join())
  return `${lines.join('\r\n')}\r\n`
}

export function jsonOf({ columns, rows, name }: ShareTable, facts: ShareFacts): string {
  const records = Array.from({ length: rows }, (_, row) =>
    Object.fromEntries(columns.map((column) => [column.name, plain(column, row)])),
  )
  return `${JSON.stringify({ ...facts, table: name, rows: records })}\n`
}

export async function parquetOf({ columns }: ShareTable, facts: ShareFacts): Promise<ArrayBuffer> {
  const { parquetWriteBuffer } = await import('hyparquet-writer')
  return parquetWriteBuffer({
    columnData: columns.map(parquetColumn),
    kvMetadata: Object.entries(facts).map(([key, value]) => ({ key, value: String(value) })),
  })
}

function parquetColumn(column: ShareColumn) {
  const { name } = column
  switch (column.kind) {
    case 'number':
      return { name, data: [...column.data], type: 'DOUBLE' as const, nullable: true }
    case 'time':
      return { name, data: column.data.map((time) => new Date(time)), type: 'TIMESTAMP' as const }
    case 'text':
      return { name, data: [...column.data], type: 'STRING' as const }
  }
}

function plain(column: ShareColumn, row: number): string | number | null {
  if (column.kind === 'time') return new Date(column.data[row]!).toISOString()
  return column.data[row] ?? null
}

function csvCell(value: string | number | null): string {
  if (value === null) return ''
  const text = String(value)
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
