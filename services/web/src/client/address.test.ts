// @vitest-environment happy-dom
import { afterEach, describe, expect, it } from "vitest";
import { apiAddress, apiRoot, createLedgerClient, hostSignsIn, pageRoot } from ".";

function mountedAt(href: string | null): void {
  document.head.replaceChildren();
  if (href === null) return;
  const base = document.createElement("base");
  base.setAttribute("href", href);
  document.head.append(base);
}

afterEach(() => mountedAt(null));

describe("who signs people in", () => {
  it("is the host where the document says so, and else the ledger", () => {
    expect(hostSignsIn()).toBe(false);
    document.head.innerHTML = '<meta name="task-ledger-sign-in" content="host">';
    expect(hostSignsIn()).toBe(true);
  });
});

describe("where the page is mounted", () => {
  it("is the document's base, however deep the address is", () => {
    window.location.href = "http://host/ledger/projects/p1/timeline?type=failed#main";
    mountedAt("/ledger/");
    expect(pageRoot().href).toBe("http://host/ledger/");
    expect(apiRoot()).toBe("http://host/ledger/api/v1");
    expect(apiAddress("pages/1/image")).toBe("http://host/ledger/api/v1/pages/1/image");
  });

  it("is the root of the origin where the document has no base", () => {
    window.location.href = "http://host/projects/p1";
    expect(pageRoot().href).toBe("http://host/");
    expect(apiRoot()).toBe("http://host/api/v1");
  });

  it("is told for a server elsewhere, with or without a slash at its end", () => {
    expect(apiRoot("https://ledger.example/")).toBe("https://ledger.example/api/v1");
    expect(apiRoot("https://host/ledger")).toBe("https://host/ledger/api/v1");
  });

  it("is where a client without options asks", async () => {
    window.location.href = "http://host/ledger/tasks/1";
    mountedAt("/ledger/");
    const asked: string[] = [];
    const fetch = async (request: Request) => {
      asked.push(request.url);
      return Response.json({});
    };
    await createLedgerClient({ fetch: fetch as typeof globalThis.fetch }).GET("/session");
    expect(asked).toEqual(["http://host/ledger/api/v1/session"]);
  });
});
