// Ledger: a bank in C++ as Emscripten compiles it: containers, strings, sorting, templates, virtual calls through
// tables, 64-bit arithmetic and streams of the C++ library. It reads its transactions from standard input.
#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>
#include <functional>
#include <iomanip>
#include <iostream>
#include <map>
#include <memory>
#include <set>
#include <sstream>
#include <string>
#include <vector>

namespace {

struct Account {
	std::string owner;
	int64_t cents = 0;
	explicit Account(std::string name) : owner(std::move(name)) {}
	virtual ~Account() = default;
	virtual void endOfDay() = 0;
	virtual const char *kind() const = 0;
};

struct Savings : Account {
	using Account::Account;
	void endOfDay() override { cents += cents / 3650; }
	const char *kind() const override { return "savings"; }
};

struct Checking : Account {
	using Account::Account;
	void endOfDay() override { cents -= cents < 0 ? -cents / 500 + 1 : 0; }
	const char *kind() const override { return "checking"; }
};

class Bank {
public:
	// apply runs one command and says whether it was understood.
	bool apply(const std::string &line) {
		std::istringstream in(line);
		std::string verb, name, other;
		int64_t cents = 0;
		in >> verb >> name;
		if (verb == "open") {
			in >> other;
			if (other == "savings") accounts[name] = std::make_unique<Savings>(name);
			else accounts[name] = std::make_unique<Checking>(name);
			return true;
		}
		if (verb == "pay" && in >> other >> cents) {
			auto from = accounts.find(name), to = accounts.find(other);
			if (from == accounts.end() || to == accounts.end()) return false;
			from->second->cents -= cents;
			to->second->cents += cents;
			partners[name].insert(other);
			return true;
		}
		return false;
	}

	void endOfDay() {
		for (auto &entry : accounts) entry.second->endOfDay();
	}

	void report(std::ostream &out) const {
		std::vector<const Account *> ranking;
		for (auto &entry : accounts) ranking.push_back(entry.second.get());
		std::sort(ranking.begin(), ranking.end(), [](auto a, auto b) { return a->cents > b->cents; });
		for (auto account : ranking) {
			auto known = partners.find(account->owner);
			out << std::left << std::setw(9) << account->owner << std::setw(9) << account->kind() << std::right
			    << std::setw(12) << std::fixed << std::setprecision(2) << account->cents / 100.0 << "  pays "
			    << (known == partners.end() ? 0 : known->second.size()) << '\n';
		}
	}

private:
	std::map<std::string, std::unique_ptr<Account>> accounts;
	std::map<std::string, std::set<std::string>> partners;
};

// Sieve counts the primes below N at run time with a bit set on the heap.
template <size_t N> size_t sieve() {
	std::vector<bool> composite(N);
	size_t count = 0;
	for (size_t i = 2; i < N; i++) {
		if (composite[i]) continue;
		count++;
		for (uint64_t j = uint64_t{i} * i; j < N; j += i) composite[j] = true;
	}
	return count;
}

} // namespace

int main() {
	Bank bank;
	std::string line;
	int understood = 0, refused = 0;
	while (std::getline(std::cin, line)) (bank.apply(line) ? understood : refused)++;
	std::cout << understood << " understood, " << refused << " refused\n";
	for (int day = 0; day < 365; day++) bank.endOfDay();
	bank.report(std::cout);
	std::array<std::function<uint64_t(uint64_t)>, 3> mix = {
	    [](uint64_t x) { return x * 6364136223846793005u + 1442695040888963407u; },
	    [](uint64_t x) { return x ^ x >> 29; },
	    [](uint64_t x) { return x << 17 | x >> 47; },
	};
	uint64_t state = 1;
	for (int i = 0; i < 300000; i++) state = mix[i % mix.size()](state);
	std::printf("mix %016llx, %zu primes below a million\n", static_cast<unsigned long long>(state), sieve<1000000>());
	return refused == 2 ? 0 : 1;
}
