import { z } from 'zod'

/** Every error of the REST interface, RFC 9457, `application/problem+json`. */
export const ProblemSchema = z.object({
  type: z.string().describe('A name for the kind of problem, stable over versions'),
  title: z.string(),
  status: z.number(),
  detail: z.string().describe('What to do'),
  instance: z.string().optional(),
  nearest: z.array(z.string()).optional().describe('Names near to the one asked for'),
  errors: z
    .array(z.object({ field: z.string(), message: z.string() }))
    .optional()
    .describe('One entry for each field that was refused'),
})
export type ProblemJson = z.infer<typeof ProblemSchema>
