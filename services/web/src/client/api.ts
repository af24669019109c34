/** The HTTP API, typed from its OpenAPI document. */
import createFetchClient, { type Client } from "openapi-fetch";
import { apiRoot } from "./address";
import type { components, paths } from "./schema";

type Schemas = components["schemas"];
export type Task = Schemas["TaskAnswer"];
export type TaskStatus = Task["status"];
export type TaskList = Schemas["TaskListAnswer"];
export type FailureGroup = Schemas["FailureGroupAnswer"];
export type Failures = Schemas["FailuresAnswer"];
export type Queue = Schemas["QueueAnswer"];
export type Queues = Schemas["QueuesAnswer"];
export type Worker = Schemas["WorkerAnswer"];
export type Workers = Schemas["WorkersAnswer"];
export type Schedule = Schemas["ScheduleAnswer"];
export type SavedView = Schemas["SavedViewAnswer"];
export type TaskEvent = Schemas["EventAnswer"];
export type TimelineEvent = Schemas["TimelineEventAnswer"];
export type EventType = TaskEvent["type"];
export type Project = Schemas["ListedProjectAnswer"];
export type Seal = Schemas["SealStatusAnswer"];
export type Action = Schemas["ActionAnswer"];
export type Session = Schemas["SessionAnswer"];

/** The API's paths, without what they all begin with. */
type ApiPaths = {
  [Path in keyof paths as Path extends `/api/v1${infer Rest}` ? Rest : never]: paths[Path];
};

export type LedgerClient = Client<ApiPaths>;

export interface ClientOptions {
  /** Where the server is mounted, without `/api/v1`. Default: where the page is. */
  baseUrl?: string;
  /** Sent with each request, for a token: `{ Authorization: "Bearer …" }`. */
  headers?: Record<string, string>;
  fetch?: typeof globalThis.fetch;
}

/** A client whose methods are checked against the API's paths, parameters and answers. */
export function createLedgerClient(options: ClientOptions = {}): LedgerClient {
  return createFetchClient<ApiPaths>({
    baseUrl: apiRoot(options.baseUrl),
    headers: options.headers ?? {},
    ...(options.fetch ? { fetch: options.fetch } : {}),
  });
}

/** Why the API did not answer a request (RFC 9457). `status` 0: it could not be reached. */
export class Problem extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    detail: string,
    options?: ErrorOptions,
  ) {
    super(detail, options);
    this.name = "Problem";
  }

  /** Asking again later may help. */
  get passing(): boolean {
    return this.status === 0 || this.status === 429 || this.status >= 500;
  }
}

/** Whether it is not there, or not within reach. */
export function isMissing(error: unknown): boolean {
  return error instanceof Problem && error.status === 404;
}

interface Answer<T> {
  data?: T;
  error?: unknown;
  response: Response;
}

/** What a request answered with. Throws `Problem` for everything else. */
export async function answered<T>(request: Promise<Answer<T>>): Promise<T> {
  let answer: Answer<T>;
  try {
    answer = await request;
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw new Problem(0, "unreachable", "The server cannot be reached.", { cause: error });
  }
  if (answer.response.ok && answer.data !== undefined) return answer.data;
  throw problemOf(answer.response, answer.error);
}

/** The problem that a response stands for. */
export function problemOf(response: Response, body: unknown): Problem {
  const told = (typeof body === "object" && body !== null ? body : {}) as Record<string, unknown>;
  return new Problem(
    response.status,
    typeof told.code === "string" ? told.code : "unexpected",
    typeof told.detail === "string"
      ? told.detail
      : `The server responded with status ${response.status}.`,
  );
}

/** Nothing changes the status of a task any more. */
export function hasEnded(status: TaskStatus): boolean {
  return status === "SUCCESS" || status === "FAILURE" || status === "REVOKED";
}
