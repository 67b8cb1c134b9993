#!/usr/bin/env node
// In a checkout the sources may be newer than the build; an installed package has no sources and starts at once.
// LIQSCOPE_BUILD=0 starts what is built.
import { existsSync } from 'node:fs'

const builder = new URL('../../../scripts/build.mjs', import.meta.url)
if (process.env.LIQSCOPE_BUILD !== '0' && existsSync(builder)) await import(builder.href)
const { main } = await import(new URL('../dist/index.js', import.meta.url).href)
await main(process.argv)
